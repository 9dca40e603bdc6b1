import type { ChatCompletionRequest } from '../../../domain/chat.ts';
import { googleChat } from '../../../providers/google/chat-adapter.ts';
import { chatCall, upstreamDeployment, upstreamKey } from '../../doubles/chat-call.ts';
import { answerText, failureOf } from '../../doubles/collect.ts';
import { startUpstream, type Upstream } from '../../doubles/upstream.ts';
import { pngBase64, toolConversation, weatherTool } from './vendor-request.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

const call = (body: Partial<ChatCompletionRequest> = {}, changes: Parameters<typeof chatCall>[1] = {}) =>
  chatCall(upstreamDeployment(upstream, 'google'), { ...changes, body });
const sent = async (body: Partial<ChatCompletionRequest>) => {
  await answerText(googleChat, call(body));
  return upstream.calls[0]?.body;
};

it.each([
  [true, '/v1beta/models/small-chat:streamGenerateContent?alt=sse'],
  [false, '/v1beta/models/small-chat:generateContent'],
])('calls the method of the model with the key in a header (stream: %s)', async (stream, path) => {
  await answerText(googleChat, call({}, { stream }));
  expect(upstream.calls[0]).toMatchObject({ path, headers: { 'x-goog-api-key': upstreamKey } });
});

it('translates settings, system text, images, tools and their results', async () => {
  const body = await sent({
    messages: toolConversation,
    max_tokens: 50,
    temperature: 1.5,
    top_p: 0.9,
    top_k: 40,
    seed: 3,
    stop: 'END',
    tools: [weatherTool],
    tool_choice: 'required',
  });
  expect(body).toMatchObject({
    generationConfig: { maxOutputTokens: 50, temperature: 1.5, topP: 0.9, topK: 40, seed: 3, stopSequences: ['END'] },
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    tools: [{ functionDeclarations: [{ name: 'weather', description: 'Weather of a city' }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    contents: [
      { role: 'user', parts: [{}, { inlineData: { mimeType: 'image/png', data: pngBase64 } }] },
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'weather', args: { city: 'Köln' } } },
          { functionCall: { name: 'weather', args: { city: 'Bonn' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'weather', response: { content: 'sunny' } } },
          { functionResponse: { name: 'weather', response: { content: 'rain' } } },
        ],
      },
    ],
  });
});

it('sends audio inline', async () => {
  const part = { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } };
  const body = await sent({ messages: [{ role: 'user', content: [part] }] });
  expect(body).toMatchObject({ contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } }] }] });
});

it('lets Google fetch an image by its URL', async () => {
  const url = 'https://example.com/cat.png';
  const body = await sent({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] });
  expect(body).toMatchObject({ contents: [{ parts: [{ fileData: { mimeType: 'image/png', fileUri: url } }] }] });
});

it('asks for JSON of any kind', async () => {
  const body = await sent({ response_format: { type: 'json_object' } });
  expect(body).toMatchObject({ generationConfig: { responseMimeType: 'application/json' } });
});

it('asks for JSON of a schema', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const body = await sent({ response_format: { type: 'json_schema', json_schema: { name: 'place', schema } } });
  expect(body).toMatchObject({ generationConfig: { responseMimeType: 'application/json' } });
  expect(JSON.stringify(body)).toContain('"city"');
});

it.each([true, false])('says which setting the model cannot take (stream: %s)', async (stream) => {
  const deployment = { ...upstreamDeployment(upstream, 'google'), model: 'gemini-2.5-flash' };
  const asked = chatCall(deployment, { stream, body: { presence_penalty: 1 } });
  const failure = await failureOf(answerText(googleChat, asked));
  expect(failure).toMatchObject({ type: 'not_supported', param: 'presence_penalty' });
});

it('calls a wrong key a matter of our account, although Google says 400', async () => {
  upstream.script([{ kind: 'error', error: 'badKeyGoogle' }]);
  expect((await failureOf(answerText(googleChat, call()))).type).toBe('provider_auth');
});

it('waits as long as the error details say', async () => {
  upstream.script([{ kind: 'error', error: 'rateLimit' }]);
  expect((await failureOf(answerText(googleChat, call()))).retryAfterMs).toBe(2500);
});

it('gives an answer that the safety filter ended as such', async () => {
  upstream.script([{ kind: 'answer', finishReason: 'SAFETY' }]);
  const { completion } = await googleChat.complete(call({}, { stream: false }));
  expect(completion.choices[0]?.finish_reason).toBe('content_filter');
});

it.each(['MALFORMED_FUNCTION_CALL', 'OTHER'])('does not pass the end %s as a whole answer', async (finishReason) => {
  upstream.script([{ kind: 'answer', finishReason }]);
  expect((await failureOf(answerText(googleChat, call()))).type).toBe('provider_protocol');
});

it.each<[string, Partial<ChatCompletionRequest>]>([
  ['n', { n: 2 }],
  ['logprobs', { logprobs: true }],
  ['parallel_tool_calls', { parallel_tool_calls: false }],
])('refuses %s instead of dropping it silently, and does not call', async (param, body) => {
  expect(await failureOf(answerText(googleChat, call(body)))).toMatchObject({ type: 'not_supported', param });
  expect(upstream.calls).toHaveLength(0);
});

it('is never asked to continue a text, for it would answer it', async () => {
  expect((await failureOf(answerText(googleChat, call({}, { prefill: 't0 ' })))).type).toBe('provider_protocol');
  expect(upstream.calls).toHaveLength(0);
});
