import type { ProviderChunk } from '../../../providers/contract.ts';
import { openAiCompatibleChat } from '../../../providers/openai-compatible/chat-adapter.ts';
import { chatCall, upstreamDeployment, upstreamKey } from '../../doubles/chat-call.ts';
import { startUpstream, type Upstream } from '../../doubles/upstream.ts';

let upstream: Upstream;
beforeEach(async () => {
  upstream = await startUpstream();
});
afterEach(() => upstream.close());

const deployment = (changes = {}) => upstreamDeployment(upstream, 'openai-compatible', changes);

async function collect(stream: AsyncIterable<ProviderChunk>): Promise<ProviderChunk[]> {
  const chunks: ProviderChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks: ProviderChunk[]) => chunks.map(({ chunk }) => chunk.choices[0]?.delta.content ?? '').join('');

describe('the request', () => {
  it('carries the model name of the deployment, the key, the trace and every unknown field', async () => {
    const body = { seed: 7, chat_template_kwargs: { enable_thinking: false }, metadata: { ticket: 'ü-42' } };
    await openAiCompatibleChat.complete(
      chatCall(deployment(), { stream: false, body, traceHeaders: { traceparent: '00-a' } }),
    );
    const [call] = upstream.calls;
    expect(call?.body).toEqual({
      ...body,
      model: 'small-chat',
      messages: [{ role: 'user', content: 'Say hello.' }],
      stream: false,
    });
    expect(call?.headers).toMatchObject({
      authorization: `Bearer ${upstreamKey}`,
      traceparent: '00-a',
      'accept-encoding': 'identity',
    });
  });

  it('asks for usage in a stream and keeps other stream options', async () => {
    const body = { stream_options: { include_usage: false, include_obfuscation: false } };
    await collect(openAiCompatibleChat.stream(chatCall(deployment(), { body })));
    expect(upstream.calls[0]?.body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
    });
  });

  it('asks the server to continue a text that was delivered already', async () => {
    const chunks = await collect(openAiCompatibleChat.stream(chatCall(deployment(), { prefill: 't0 t1 t' })));
    expect(upstream.calls[0]?.body).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', content: 't0 t1 t' }],
      continue_final_message: true,
      add_generation_prompt: false,
    });
    expect(textOf(chunks)).toBe('2 t3 t4 ');
  });
});
