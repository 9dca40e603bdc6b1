import type { ChatCompletionRequest } from '../../../domain/chat.ts';

export const pngBase64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export const weatherTool = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

/** A conversation with everything in it that vendors write differently. */
export const toolConversation: ChatCompletionRequest['messages'] = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'Weather where this was taken, and in Bonn?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${pngBase64}` } },
    ],
  },
  {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
      { id: 'call_b', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
    ],
  },
  { role: 'tool', tool_call_id: 'call_a', content: 'sunny' },
  { role: 'tool', tool_call_id: 'call_b', content: 'rain' },
];
