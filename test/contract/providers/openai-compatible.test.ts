import type { ChatCompletionRequest } from '../../../domain/chat.ts';
import { openAiChat } from '../../../providers/openai/chat-adapter.ts';
import { llamaCppChat } from '../../../providers/llama-cpp/chat-adapter.ts';
import { openAiCompatibleChat } from '../../../providers/openai-compatible/chat-adapter.ts';
import type { Behaviour } from '../../doubles/behaviour.ts';
import { chatCall, upstreamDeployment, upstreamKey } from '../../doubles/chat-call.ts';
import { answerText, collect, failureOf, streamedText } from '../../doubles/collect.ts';
import { startUpstream, type Upstream } from '../../doubles/upstream.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

const call = (changes: Parameters<typeof chatCall>[1] = {}) =>
  chatCall(upstreamDeployment(upstream, 'openai-compatible'), changes);

const eventStream = (events: unknown[], after?: 'reset' | 'hang'): Behaviour => ({
  kind: 'raw',
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  body: events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''),
  ...(after && { after }),
});
const chunk = (delta: object, finishReason: string | null = null, index = 0) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1741570283,
  model: 'small-chat',
  choices: [{ index, delta, finish_reason: finishReason }],
});

const streamed = (behaviour: Behaviour, body: Partial<ChatCompletionRequest> = {}) => {
  upstream.script([behaviour]);
  return collect(openAiCompatibleChat.stream(call({ body })));
};

describe('the request', () => {
  const body = { seed: 7, chat_template_kwargs: { enable_thinking: false }, metadata: { ticket: 'ü-42' }, n: null };
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } };
  const messages = [{ role: 'user' as const, content: [{ type: 'text', text: 'What is it?' }, image] }];

  it('goes out as it came, but for the model name', async () => {
    await openAiCompatibleChat.complete(call({ stream: false, body: { ...body, messages } }));
    expect(upstream.calls[0]?.rawBody).toBe(JSON.stringify({ model: 'small-chat', messages, ...body, stream: false }));
  });

  it('asks for usage in a stream and keeps other stream options', async () => {
    const options = { include_usage: false, include_obfuscation: false };
    await answerText(openAiCompatibleChat, call({ body: { stream_options: options } }));
    expect(upstream.calls[0]?.body).toMatchObject({
      stream: true,
      stream_options: { ...options, include_usage: true },
    });
  });

  it('has no stream options where there is no stream', async () => {
    await openAiCompatibleChat.complete(call({ stream: false, body: { stream_options: { include_usage: true } } }));
    expect(upstream.calls[0]?.body).not.toHaveProperty('stream_options');
  });

  it.each([true, false])('continues a text that was delivered already (stream: %s)', async (stream) => {
    expect(await answerText(openAiCompatibleChat, call({ stream, prefill: 't0 t1 t' }))).toBe('2 t3 t4 ');
    expect(upstream.calls[0]?.body).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: 't0 t1 t' }],
      continue_final_message: true,
      add_generation_prompt: false,
    });
  });

  it("lengthens the client's own beginning of the answer", async () => {
    const begun = [
      { role: 'user' as const, content: 'Count.' },
      { role: 'assistant' as const, content: 't0 ' },
    ];
    await answerText(openAiCompatibleChat, call({ body: { messages: begun }, prefill: 't1 ' }));
    expect(upstream.calls[0]?.body).toMatchObject({ messages: [{}, { role: 'assistant', content: 't0 t1 ' }] });
  });

  it('tells llama.cpp nothing that only vLLM knows', async () => {
    const deployment = upstreamDeployment(upstream, 'llama-cpp');
    expect(await answerText(llamaCppChat, chatCall(deployment, { prefill: 't0 ' }))).toBe('t1 t2 t3 t4 ');
    expect(upstream.calls[0]?.body).not.toHaveProperty('continue_final_message');
  });

  it('never asks OpenAI to continue a text, for it would answer it', async () => {
    const deployment = upstreamDeployment(upstream, 'openai');
    const failure = await failureOf(answerText(openAiChat, chatCall(deployment, { prefill: 't0 ' })));
    expect(failure).toMatchObject({ type: 'provider_protocol', message: expect.stringContaining('prefill') });
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('the answer', () => {
  it('passes each event on byte for byte, unknown fields and spacing included', async () => {
    const events = [
      '{"choices": [{"delta":{"content":"a","vendor_field":[1]},"index":0}],"x_groq":{"id":"r"}, "id":"1"}',
      '{"choices":[{"index":0,"delta":{},"finish_reason":"stop","stop_reason":107}]}',
      '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"cost":0.1}}',
    ];
    const chunks = await streamed(eventStream([...events, '[DONE]']));
    expect(chunks.map(({ raw }) => raw)).toEqual(events);
  });

  it('passes a completion on byte for byte', async () => {
    const body =
      '{ "choices": [{"index":0,"message":{"role":"assistant","content":"a","x":1},"finish_reason":"stop"}], "y":[2] }';
    upstream.script([
      { kind: 'raw', status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body },
    ]);
    expect((await openAiCompatibleChat.complete(call({ stream: false }))).raw).toBe(body);
  });

  it('takes usage in an event without choices', async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const chunks = await streamed(eventStream([chunk({ content: 'a' }, 'stop'), { id: 'chatcmpl-1', usage }]));
    expect(chunks.at(-1)?.chunk).toMatchObject({ choices: [], usage });
  });

  it('is whole with its finish reason, whether or not [DONE] follows', async () => {
    expect(streamedText(await streamed({ kind: 'no-done' }))).toBe('t0 t1 t2 t3 t4 ');
  });

  it('is whole when only what follows the finish reason is lost', async () => {
    const chunks = await streamed(eventStream([chunk({ content: 'a' }), chunk({}, 'stop')], 'reset'));
    expect(streamedText(chunks)).toBe('a');
  });

  it('ends at [DONE], even if the server keeps the connection open', async () => {
    const chunks = await streamed(eventStream([chunk({ content: 'a' }, 'stop'), '[DONE]'], 'hang'));
    expect(streamedText(chunks)).toBe('a');
    await upstream.until(() => upstream.calls[0]?.abortedAt !== undefined);
  });

  it('is whole when the server falls silent after the finish reason', async () => {
    const chunks = await streamed(eventStream([chunk({ content: 'a' }, 'stop')], 'hang'));
    expect(streamedText(chunks)).toBe('a');
  });

  it('is interrupted when [DONE] comes without a finish reason', async () => {
    const failure = await failureOf(streamed(eventStream([chunk({ content: 'a' }), '[DONE]'])));
    expect(failure.type).toBe('provider_interrupted');
  });

  it('is interrupted while one of several choices goes on', async () => {
    const events = [chunk({ content: 'a' }, 'stop', 0), chunk({ content: 'b' }, null, 1), '[DONE]'];
    expect((await failureOf(streamed(eventStream(events), { n: 2 }))).type).toBe('provider_interrupted');
  });

  it('is interrupted when a choice that was asked for never came, unless the server says that it is done', async () => {
    const one = chunk({ content: 'a' }, 'stop');
    expect((await failureOf(streamed(eventStream([one]), { n: 2 }))).type).toBe('provider_interrupted');
    expect(await streamed(eventStream([one, '[DONE]']), { n: 2 })).toHaveLength(1);
  });

  it.each(['length', 'content_filter'])('may be empty when it ended for %s', async (reason) => {
    expect(await streamed(eventStream([chunk({ role: 'assistant', content: '' }, reason), '[DONE]']))).toHaveLength(1);
  });

  it('must not be empty when it stopped by itself', async () => {
    const failure = await failureOf(
      streamed(eventStream([chunk({ role: 'assistant', content: '' }, 'stop'), '[DONE]'])),
    );
    expect(failure).toMatchObject({ type: 'provider_protocol', message: expect.stringContaining('empty') });
  });

  it.each([
    ['{"choices":[{"delta":{"content":"a"}}]}', 'without an index'],
    ['{"choices":[{"index":0}]}', 'without a delta'],
    ['{"hello":"world"}', 'without choices'],
    ['"text"', 'that is no object'],
  ])('is refused with the event %s (%s)', async (event) => {
    expect((await failureOf(streamed(eventStream([event])))).type).toBe('provider_protocol');
  });

  it.each([
    [-10, 'provider_protocol'],
    [10, 'provider_interrupted'],
  ])('is refused when its length is %i bytes off', async (byBytes, type) => {
    upstream.script([{ kind: 'wrong-length', byBytes }]);
    expect((await failureOf(openAiCompatibleChat.complete(call({ stream: false })))).type).toBe(type);
  });
});

describe('an error', () => {
  it.each([
    [
      'llama.cpp',
      { error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' } },
      'provider_unavailable',
    ],
    [
      'llama.cpp, judging the request',
      { error: { code: 400, message: 'Too long.', type: 'exceed_context_size_error' } },
      'provider_rejected',
    ],
    [
      'vLLM',
      { object: 'error', message: 'Too long.', type: 'BadRequestError', param: null, code: 400 },
      'provider_rejected',
    ],
    [
      'OpenAI',
      { error: { message: 'Slow down.', type: 'tokens', code: 'rate_limit_exceeded' } },
      'provider_rate_limited',
    ],
    ['Ollama', { error: 'model runner has unexpectedly stopped' }, 'provider_unavailable'],
  ])('within a stream of %s keeps its meaning', async (_server, event, type) => {
    expect((await failureOf(streamed(eventStream([chunk({ content: 'a' }), event])))).type).toBe(type);
  });

  it.each([
    ['contentPolicy', 'provider_rejected'],
    ['quota', 'provider_auth'],
  ] as const)('%s becomes %s: waiting does not help', async (error, type) => {
    upstream.script([{ kind: 'error', error }]);
    expect((await failureOf(openAiCompatibleChat.complete(call({ stream: false })))).type).toBe(type);
  });

  it('shows neither our key nor a configured header, nor more than 500 characters of what the server said', async () => {
    const message = `key ${upstreamKey} team-secret Bearer abcdefgh12345 ${'x'.repeat(2000)}`;
    const body = JSON.stringify({ error: { message } });
    upstream.script([{ kind: 'raw', status: 401, headers: { 'content-type': 'application/json' }, body }]);
    const deployment = upstreamDeployment(upstream, 'openai-compatible', { headers: { 'x-team': 'team-secret' } });
    const failure = await failureOf(openAiCompatibleChat.complete(chatCall(deployment, { stream: false })));
    expect(failure.message).not.toMatch(/9f8e7d6c5b4a|team-secret|abcdefgh12345/);
    expect(failure.message.length).toBeLessThan(620);
  });

  it('is told by its status when its words do not come', async () => {
    const headers = { 'content-type': 'application/json', 'retry-after': '4' };
    upstream.script([{ kind: 'raw', status: 503, headers, body: '{"error":', after: 'hang' }]);
    const failure = await failureOf(openAiCompatibleChat.complete(call({ stream: false })));
    expect(failure).toMatchObject({ type: 'provider_unavailable', retryAfterMs: 4000 });
  });

  it('with status 200 is still an error', async () => {
    const body = '{"error":{"message":"Upstream overloaded","code":503}}';
    upstream.script([{ kind: 'raw', status: 200, headers: { 'content-type': 'application/json' }, body }]);
    expect((await failureOf(openAiCompatibleChat.complete(call({ stream: false })))).type).toBe('provider_unavailable');
  });
});
