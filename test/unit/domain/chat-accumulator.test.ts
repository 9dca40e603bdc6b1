import { createChatAccumulator } from '../../../domain/chat-accumulator.ts';
import type { ChatChunkChoice, ChatCompletionChunk, ChatDelta } from '../../../domain/chat.ts';

const chunk = (choices: ChatChunkChoice[], fields: Partial<ChatCompletionChunk> = {}): ChatCompletionChunk => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1741570283,
  model: 'small-chat',
  choices,
  ...fields,
});
const said = (delta: ChatDelta, finishReason: string | null = null, index = 0) =>
  chunk([{ index, delta, finish_reason: finishReason }]);

const piece = (index: number, args: string) => ({
  index,
  id: `call_${index}`,
  type: 'function',
  function: { name: 'weather', arguments: args },
});
const withLogprobs = (token: string) =>
  chunk([{ index: 0, delta: { content: token }, logprobs: { content: [{ token }], refusal: null } }]);

function fold(...chunks: ChatCompletionChunk[]) {
  const accumulator = createChatAccumulator();
  for (const one of chunks) accumulator.add(one);
  return accumulator;
}

it('joins the text and keeps the finish reason', () => {
  const answer = fold(
    said({ role: 'assistant', content: '' }),
    said({ content: 'Hel' }),
    said({ content: 'lo' }),
    said({}, 'stop'),
  );
  expect(answer.completion()).toEqual({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1741570283,
    model: 'small-chat',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  });
  expect(answer.text()).toBe('Hello');
});

it('shows an answer that goes on as unfinished', () => {
  const answer = fold(said({ content: 'Hel' }), said({ content: 'a' }, 'stop', 1));
  expect(answer.finishReasons()).toEqual([null, 'stop']);
  expect(answer.text(0)).toBe('Hel');
});

it('orders choices by index, however they came', () => {
  const answer = fold(said({ content: 'b' }, 'stop', 1), said({ content: 'a' }, 'stop', 0));
  expect(answer.completion().choices.map(({ index, message }) => [index, message.content])).toEqual([
    [0, 'a'],
    [1, 'b'],
  ]);
});

it('joins tool calls by their index and counts a repeated id and name once', () => {
  const answer = fold(
    said({ role: 'assistant', content: '', tool_calls: [piece(0, '{"city":')] }),
    said({ tool_calls: [piece(1, '{"city":"Bonn"}')] }),
    said({ tool_calls: [piece(0, '"Köln"}')] }),
    said({}, 'tool_calls'),
  );
  const { message } = answer.completion().choices[0] ?? {};
  expect(message).toEqual({
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
      { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } },
    ],
  });
});

it.each(['refusal', 'reasoning_content', 'vendor_text'])('joins the text of %s', (field) => {
  const answer = fold(said({ [field]: 'No' }), said({ [field]: ' way' }, 'stop'));
  expect(answer.completion().choices[0]?.message[field]).toBe('No way');
});

it('keeps an explicit null until there is text', () => {
  const answer = fold(said({ role: 'assistant', refusal: null }), said({ content: 'a', refusal: null }, 'stop'));
  expect(answer.completion().choices[0]?.message).toEqual({ role: 'assistant', content: 'a', refusal: null });
});

it('joins log probabilities', () => {
  const answer = fold(withLogprobs('a'), withLogprobs('b'), said({}, 'stop'));
  expect(answer.completion().choices[0]?.logprobs).toEqual({
    content: [{ token: 'a' }, { token: 'b' }],
    refusal: null,
  });
});

it('joins spoken audio, whose id stays', () => {
  const answer = fold(
    said({ audio: { id: 'audio_1', data: 'AAAA' } }),
    said({ audio: { id: 'audio_1', data: 'BBBB' } }, 'stop'),
  );
  expect(answer.completion().choices[0]?.message['audio']).toEqual({ id: 'audio_1', data: 'AAAABBBB' });
});

it('keeps fields it does not know, beside the choices and within them', () => {
  const answer = fold(
    chunk([{ index: 0, delta: { content: 'a' }, finish_reason: null, stop_reason: null }], {
      system_fingerprint: 'fp_1',
    }),
    chunk([{ index: 0, delta: {}, finish_reason: 'stop', stop_reason: 107 }], { service_tier: 'default' }),
  );
  expect(answer.completion()).toMatchObject({
    system_fingerprint: 'fp_1',
    service_tier: 'default',
    choices: [{ stop_reason: 107 }],
  });
});

it('takes the last usage, and none from chunks that have none', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  const answer = fold(
    chunk([], { usage: { ...usage, completion_tokens: 1 } }),
    chunk([], { usage }),
    chunk([], { usage: null }),
  );
  expect(answer.usage).toEqual(usage);
  expect(answer.completion().usage).toEqual(usage);
});

it('gives out an answer that later chunks do not change', () => {
  const answer = fold(said({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{' } }] }));
  const before = answer.completion();
  answer.add(said({ tool_calls: [{ index: 0, function: { arguments: '}' } }] }, 'tool_calls'));
  expect(before.choices[0]?.message.tool_calls?.[0]?.function.arguments).toBe('{');
});
