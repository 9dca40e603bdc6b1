import { startUpstream, type Upstream } from '../../doubles/upstream.ts';
import { type ChatClient, openClient } from '../../../bench/client.ts';
import { chatPath } from '../../../bench/targets/target.ts';

describe('the load generator', () => {
  let upstream: Upstream;
  let client: ChatClient;

  beforeEach(async () => {
    upstream = await startUpstream();
    client = openClient({ origin: upstream.url, path: chatPath, headers: { 'x-test': 'yes' }, model: 'm' }, 1);
  });
  afterEach(async () => {
    await client.close();
    await upstream.close();
  });

  it('times a whole answer and gives its text', async () => {
    upstream.script([{ kind: 'answer', parts: ['good ', 'day'], delayMs: 30 }]);
    const outcome = await client.complete('good day');
    expect(outcome).toMatchObject({ ok: true, text: 'good day' });
    // Timers of the other side may fire a millisecond early.
    expect(outcome.ok && outcome.elapsedMs).toBeGreaterThanOrEqual(29);
    expect(upstream.calls[0]).toMatchObject({ model: 'm', stream: false, headers: { 'x-test': 'yes' } });
  });

  it('times the first text and not the headers or the empty role chunk before it', async () => {
    upstream.script([{ kind: 'answer', parts: ['a', 'b'], firstTokenMs: 20, paceMs: 20 }]);
    const heard: string[] = [];
    const outcome = await client.stream((text) => heard.push(text));
    expect(outcome).toMatchObject({ ok: true, text: 'ab' });
    expect(heard).toEqual(['a', 'b']);
    expect(outcome.ok && outcome.firstTokenMs).toBeGreaterThanOrEqual(38);
  });

  it('counts another text than the expected one as a failure', async () => {
    expect(await client.complete('something else')).toEqual({ ok: false, problem: 'wrong text' });
  });

  it('names a refusal by its status, streaming or not, and goes on with the next request', async () => {
    const refusal = { kind: 'raw', status: 429, headers: {}, body: '{}' } as const;
    upstream.script([refusal, refusal, { kind: 'answer' }]);
    expect(await client.complete()).toEqual({ ok: false, problem: 'status 429' });
    expect(await client.stream()).toEqual({ ok: false, problem: 'status 429' });
    expect(await client.stream()).toMatchObject({ ok: true });
  });

  it('counts a stream that was cut as a failure, with or without a clean end of the connection', async () => {
    upstream.script([
      { kind: 'unfinished', afterTokens: 2 },
      { kind: 'cut', afterTokens: 2 },
    ]);
    expect(await client.stream()).toEqual({ ok: false, problem: 'cut stream' });
    expect(await client.stream()).toMatchObject({ ok: false });
  });
});
