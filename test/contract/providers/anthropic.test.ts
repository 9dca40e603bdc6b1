import { createChatAccumulator } from '../../../domain/chat-accumulator.ts';
import type { ChatCompletionRequest } from '../../../domain/chat.ts';
import { anthropicChat } from '../../../providers/anthropic/chat-adapter.ts';
import { chatCall, upstreamDeployment, upstreamKey } from '../../doubles/chat-call.ts';
import { answerText, collect, failureOf } from '../../doubles/collect.ts';
import { startUpstream, type Upstream } from '../../doubles/upstream.ts';
import { pngBase64, toolConversation, weatherTool } from './vendor-request.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

const call = (body: Partial<ChatCompletionRequest> = {}, changes: Parameters<typeof chatCall>[1] = {}) =>
  chatCall(upstreamDeployment(upstream, 'anthropic'), { ...changes, body });
const sent = async (body: Partial<ChatCompletionRequest>) => {
  await answerText(anthropicChat, call(body));
  return upstream.calls[0]?.body;
};

it('calls /v1/messages with the key and the version of the API', async () => {
  await answerText(anthropicChat, call());
  expect(upstream.calls[0]).toMatchObject({
    path: '/v1/messages',
    headers: { 'x-api-key': upstreamKey, 'anthropic-version': '2023-06-01' },
    body: { model: 'small-chat', stream: true },
  });
});

it('translates settings, system text, images, tools and their results', async () => {
  const body = await sent({
    messages: toolConversation,
    max_completion_tokens: 50,
    temperature: 0.5,
    top_p: 0.9,
    stop: ['END'],
    tools: [weatherTool],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
    user: 'u-1',
    seed: 3,
  });
  expect(body).toMatchObject({
    max_tokens: 50,
    temperature: 0.5,
    stop_sequences: ['END'],
    system: [{ type: 'text', text: 'Be brief.' }],
    tools: [{ name: 'weather', description: 'Weather of a city', input_schema: weatherTool.function.parameters }],
    tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pngBase64 } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'call_a', name: 'weather', input: { city: 'Köln' } },
          { type: 'tool_use', id: 'call_b', name: 'weather', input: { city: 'Bonn' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'call_a', content: 'sunny' },
          { type: 'tool_result', tool_use_id: 'call_b', content: 'rain' },
        ],
      },
    ],
  });
});

it('lets Anthropic fetch an image by its URL', async () => {
  const url = 'https://example.com/cat.webp';
  const body = await sent({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] });
  expect(body).toMatchObject({ messages: [{ content: [{ type: 'image', source: { type: 'url', url } }] }] });
});

it('sends a PDF as a document', async () => {
  const file = { file_data: 'data:application/pdf;base64,JVBERi0xLjQK', filename: 'report.pdf' };
  const body = await sent({ messages: [{ role: 'user', content: [{ type: 'file', file }] }] });
  const source = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQK' };
  expect(body).toMatchObject({ messages: [{ content: [{ type: 'document', source }] }] });
});

it.each([true, false])(
  'continues a text and does not repeat the white space at its end (stream: %s)',
  async (stream) => {
    expect(await answerText(anthropicChat, call({}, { stream, prefill: 't0 t1 ' }))).toBe('t2 t3 t4 ');
    expect(upstream.calls[0]?.body['messages']).toEqual([
      expect.anything(),
      { role: 'assistant', content: [{ type: 'text', text: 't0 t1' }] },
    ]);
  },
);

it('counts the tokens that were read from the cache', async () => {
  const { completion } = await anthropicChat.complete(call({}, { stream: false }));
  expect(completion.usage).toEqual({
    prompt_tokens: 15,
    completion_tokens: 5,
    total_tokens: 20,
    prompt_tokens_details: { cached_tokens: 4 },
  });
});

it('gives signed thinking to the client and back to Anthropic, which refuses a tool result without it', async () => {
  const toolCall = { id: 'toolu_1', name: 'weather', arguments: '{"city":"Köln"}' };
  upstream.script([{ kind: 'answer', reasoning: 'Let me see.', toolCall }]);
  const asked = { tools: [weatherTool], reasoning_effort: 'high' };
  const streamed = createChatAccumulator();
  for (const { chunk } of await collect(anthropicChat.stream(call(asked)))) streamed.add(chunk);
  const { completion } = await anthropicChat.complete(call(asked, { stream: false }));
  const message = streamed.completion().choices[0]?.message;
  expect(message).toMatchObject({ thinking_blocks: [{ type: 'thinking', thinking: 'Let me see.' }] });
  expect(completion.choices[0]?.message['thinking_blocks']).toEqual(message?.['thinking_blocks']);

  const question = { role: 'user' as const, content: 'Weather?' };
  const turn = { ...message, role: 'assistant' as const };
  const result = { role: 'tool' as const, tool_call_id: 'toolu_1', content: 'sunny' };
  await answerText(anthropicChat, call({ ...asked, messages: [question, turn, result] }));
  const thinking = { type: 'thinking', thinking: 'Let me see.', signature: expect.any(String) };
  expect(upstream.calls[2]?.body).toMatchObject({
    thinking: { type: 'enabled' },
    messages: [{}, { content: [thinking, { type: 'tool_use' }] }, {}],
  });
});

it('gives a refusal as an answer that the filter ended', async () => {
  upstream.script([{ kind: 'answer', finishReason: 'refusal' }]);
  const { completion } = await anthropicChat.complete(call({}, { stream: false }));
  expect(completion.choices[0]?.finish_reason).toBe('content_filter');
});

it('takes a stream without message_stop as cut', async () => {
  upstream.script([{ kind: 'no-done' }]);
  expect((await failureOf(answerText(anthropicChat, call()))).type).toBe('provider_interrupted');
});

it('does not pass a stop reason it does not know as a whole answer', async () => {
  upstream.script([{ kind: 'answer', finishReason: 'tired' }]);
  const failure = await failureOf(collect(anthropicChat.stream(call())));
  expect(failure).toMatchObject({ type: 'provider_protocol', message: expect.stringContaining('tired') });
});

it.each<[string, Partial<ChatCompletionRequest>]>([
  ['n', { n: 2 }],
  ['logprobs', { logprobs: true }],
  ['logit_bias', { logit_bias: { 50256: -100 } }],
  ['temperature', { temperature: 1.5 }],
  ['presence_penalty', { presence_penalty: 1 }],
  ['response_format', { response_format: { type: 'json_object' } }],
  ['audio', { audio: { voice: 'alloy' }, modalities: ['text', 'audio'] }],
  ['guided_regex', { guided_regex: '[ab]' }],
  ['stop', { stop: 5 }],
  ['reasoning_effort', { reasoning_effort: 'huge' }],
  ['tools[0].type', { tools: [{ type: 'web_search' }] }],
  ['messages[0].content[0].type', { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }],
  [
    'messages[0].content[0].image_url.url',
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'ftp://x/y' } }] }] },
  ],
  [
    'messages[0].content[0].file.file_id',
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'f' } }] }] },
  ],
  ['messages[0].tool_call_id', { messages: [{ role: 'tool', tool_call_id: 'call_z', content: 'x' }] }],
  ['messages[0].role', { messages: [{ role: 'function', name: 'f', content: 'x' }] }],
  [
    'messages',
    {
      messages: [
        { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }] },
      ],
    },
  ],
])('refuses %s instead of dropping it silently, and does not call', async (param, body) => {
  expect(await failureOf(answerText(anthropicChat, call(body)))).toMatchObject({ type: 'not_supported', param });
  expect(upstream.calls).toHaveLength(0);
});

it('lets fields pass that ask for what is so anyway', async () => {
  const neutral = {
    n: 1,
    logprobs: false,
    logit_bias: {},
    presence_penalty: 0,
    parallel_tool_calls: true,
    modalities: ['text'],
  };
  expect(await answerText(anthropicChat, call({ ...neutral, metadata: { a: 'b' }, frequency_penalty: null }))).toBe(
    't0 t1 t2 t3 t4 ',
  );
});
