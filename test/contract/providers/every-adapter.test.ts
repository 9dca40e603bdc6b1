import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { ProviderKind } from '../../../domain/deployment.ts';
import { providerKinds } from '../../../domain/deployment.ts';
import type { GatewayErrorType } from '../../../domain/errors.ts';
import { adapterFor } from '../../../providers/adapter-for.ts';
import type { Behaviour } from '../../doubles/behaviour.ts';
import { chatCall, upstreamDeployment, upstreamKey } from '../../doubles/chat-call.ts';
import { answerText, collect, failureOf, streamedText } from '../../doubles/collect.ts';
import { vendorErrors, type VendorErrorName } from '../../doubles/fixtures/vendor-errors.ts';
import { startUpstream, type Upstream } from '../../doubles/upstream.ts';

/** What every adapter owes its caller, whatever its vendor's wire. */
describe.each(providerKinds)('the %s adapter', (kind: ProviderKind) => {
  const adapter = adapterFor(kind);
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await startUpstream();
  });
  beforeEach(() => {
    upstream.calls.length = 0;
    upstream.script([]);
  });
  afterAll(() => upstream.close());

  const call = (changes: Parameters<typeof chatCall>[1] = {}) => chatCall(upstreamDeployment(upstream, kind), changes);
  const failure = (behaviour: Behaviour, stream: boolean) => {
    upstream.script([behaviour]);
    return failureOf(answerText(adapter, call({ stream })));
  };

  describe.each([true, false])('with stream: %s', (stream) => {
    it('answers the text whole, in order, with usage', async () => {
      expect(await answerText(adapter, call({ stream }))).toBe('t0 t1 t2 t3 t4 ');
      const usage = stream
        ? (await collect(adapter.stream(call()))).at(-1)?.chunk.usage
        : (await adapter.complete(call({ stream }))).completion.usage;
      expect(usage).toMatchObject({ completion_tokens: 5 });
      expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + 5);
    });

    it('keeps connections for later calls', async () => {
      for (let count = 0; count < 6; count++) await answerText(adapter, call({ stream }));
      // A second one is opened when a call begins before the end of the last answer was seen.
      expect(new Set(upstream.calls.map(({ clientPort }) => clientPort)).size).toBeLessThanOrEqual(2);
    });

    it.each<[VendorErrorName, GatewayErrorType]>([
      ['invalid', 'provider_rejected'],
      ['badKey', 'provider_auth'],
      ['payment', 'provider_auth'],
      ['lowCredit', kind === 'google' ? 'provider_rejected' : 'provider_auth'],
      ['forbidden', 'provider_auth'],
      ['noModel', 'provider_model_missing'],
      ['requestTimeout', 'provider_unavailable'],
      ['tooLarge', 'provider_rejected'],
      ['unprocessable', 'provider_rejected'],
      ['rateLimit', 'provider_rate_limited'],
      ['internal', 'provider_unavailable'],
      ['badGateway', 'provider_unavailable'],
      ['unavailable', 'provider_unavailable'],
      ['overloaded', 'provider_unavailable'],
    ])('calls the vendor error %s %s, once, without showing a key', async (error, type) => {
      const info = await failure({ kind: 'error', error }, stream);
      expect(info).toMatchObject({ type, providerStatus: vendorErrors[error].status });
      expect(info.message).not.toMatch(/sk-/);
      expect(upstream.calls).toHaveLength(1);
    });

    it.each([
      [{ 'retry-after': '7' }, 7000],
      [{ 'retry-after-ms': '1500', 'retry-after': '2' }, 1500],
      [{ 'retry-after': 'never' }, kind === 'google' ? 2500 : undefined],
    ])('reads how long to wait from %j', async (headers, wait) => {
      const info = await failure({ kind: 'error', error: 'rateLimit', headers }, stream);
      expect(info.retryAfterMs).toBe(wait);
    });

    it('reads how long to wait from a date', async () => {
      const headers = { 'retry-after': new Date(Date.now() + 20_000).toUTCString() };
      const { retryAfterMs } = await failure({ kind: 'error', error: 'unavailable', headers }, stream);
      expect(retryAfterMs).toBeGreaterThan(15_000);
      expect(retryAfterMs).toBeLessThanOrEqual(20_000);
    });

    it('does not follow a redirect, which would carry the key elsewhere', async () => {
      const elsewhere = { location: `${upstream.url}/v1/chat/completions` };
      const info = await failure({ kind: 'raw', status: 307, headers: elsewhere, body: '' }, stream);
      expect(info.type).toBe('provider_protocol');
      expect(upstream.calls).toHaveLength(1);
    });

    it.each<[Behaviour, GatewayErrorType]>([
      [{ kind: 'reset' }, 'provider_unreachable'],
      [{ kind: 'cut', afterTokens: 2 }, 'provider_interrupted'],
      [{ kind: 'malformed', afterTokens: 2 }, 'provider_protocol'],
      [{ kind: 'error-event', afterTokens: 2, error: 'unavailable' }, 'provider_unavailable'],
      [{ kind: 'html' }, 'provider_protocol'],
      [{ kind: 'empty' }, 'provider_protocol'],
      [{ kind: 'gzip-bomb', decodedBytes: 40 * 1024 * 1024 }, 'provider_protocol'],
    ])('turns %j into %s', async (behaviour, type) => {
      expect((await failure(behaviour, stream)).type).toBe(type);
    });

    it.each(['gzip', 'deflate', 'br'] as const)(
      'reads an answer in %s, although it asked for none',
      async (encoding) => {
        upstream.script([{ kind: 'compressed', encoding }]);
        expect(await answerText(adapter, call({ stream }))).toBe('t0 t1 t2 t3 t4 ');
      },
    );

    it('rejects an encoding it cannot read', async () => {
      expect((await failure({ kind: 'compressed', encoding: 'zstd' }, stream)).type).toBe('provider_protocol');
    });

    it('says so when DNS fails', async () => {
      const deployment = upstreamDeployment({ url: 'http://nowhere.invalid' }, kind);
      const info = await failureOf(answerText(adapter, chatCall(deployment, { stream })));
      expect(info).toMatchObject({ type: 'provider_unreachable', message: expect.stringContaining('DNS') });
    });

    it('says so when TLS fails', async () => {
      const pem = readFileSync(new URL('../../doubles/fixtures/self-signed.pem', import.meta.url));
      const server = createServer({ key: pem, cert: pem }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      const deployment = upstreamDeployment({ url: `https://127.0.0.1:${port}` }, kind);
      const info = await failureOf(answerText(adapter, chatCall(deployment, { stream })));
      server.close();
      expect(info).toMatchObject({ type: 'provider_unreachable', message: expect.stringContaining('TLS') });
    });

    it.each<{ behaviour: Behaviour; tokensBefore: number }>([
      { behaviour: { kind: 'hang' }, tokensBefore: 0 },
      { behaviour: { kind: 'answer', delayMs: 60_000 }, tokensBefore: 0 },
      { behaviour: { kind: 'stall', afterTokens: 2 }, tokensBefore: stream ? 2 : 0 },
      ...(stream ? [{ behaviour: { kind: 'answer', tokens: 1000, paceMs: 50 } as const, tokensBefore: 2 }] : []),
    ])(
      'stops $behaviour within a second of the abort and rejects with its reason',
      async ({ behaviour, tokensBefore }) => {
        upstream.script([behaviour]);
        const abort = new AbortController();
        const reason = new Error('The client left');
        const answer = answerText(adapter, call({ stream, signal: abort.signal })).catch((error: unknown) => error);
        await upstream.until(() => (upstream.calls[0]?.tokensSent ?? -1) >= tokensBefore);
        const abortedAt = Date.now();
        abort.abort(reason);
        expect(await answer).toBe(reason);
        await upstream.until(() => upstream.calls[0]?.abortedAt !== undefined);
        expect((upstream.calls[0]?.abortedAt ?? Infinity) - abortedAt).toBeLessThan(1000);
      },
    );

    it('makes no call when it was aborted before', async () => {
      const reason = new Error('Too late');
      const aborted = call({ stream, signal: AbortSignal.abort(reason) });
      await expect(answerText(adapter, aborted)).rejects.toBe(reason);
      expect(upstream.calls).toHaveLength(0);
    });
  });

  it('gives out what came before a stream was cut', async () => {
    upstream.script([{ kind: 'cut', afterTokens: 3 }]);
    const seen: string[] = [];
    const reading = async () => {
      for await (const chunk of adapter.stream(call())) seen.push(streamedText([chunk]));
    };
    expect((await failureOf(reading())).type).toBe('provider_interrupted');
    expect(seen.join('')).toBe('t0 t1 t2 ');
  });

  it('takes a stream that ends without a finish reason as cut', async () => {
    expect((await failure({ kind: 'unfinished', afterTokens: 3 }, true)).type).toBe('provider_interrupted');
  });

  it('puts events and characters together that were torn apart on the way', async () => {
    const parts = ['Grüße, ', '世界', ' 👋🏽'];
    upstream.script([{ kind: 'answer', parts, bytesPerWrite: 7 }]);
    expect(await answerText(adapter, call())).toBe('Grüße, 世界 👋🏽');
  });

  it('slows the provider down while its reader is slow, and closes the connection when the reader leaves', async () => {
    const tokenBytes = 64 * 1024;
    upstream.script([{ kind: 'endless', tokenBytes }]);
    const stream = adapter.stream(call())[Symbol.asyncIterator]();
    await stream.next();
    const tokens = () => upstream.calls[0]?.tokensSent ?? 0;
    await upstream.untilStill();
    const withoutReading = tokens();
    // What the sockets of both sides and the parsers hold; without back-pressure it would grow for ever.
    expect(withoutReading * tokenBytes).toBeLessThan(32 * 1024 * 1024);
    for (let read = 0; read < withoutReading + 20; read++) await stream.next();
    expect(tokens()).toBeGreaterThan(withoutReading);
    await stream.return?.(undefined);
    await upstream.until(() => upstream.calls[0]?.abortedAt !== undefined);
  });

  it('bounds a stream that never ends an event', async () => {
    const body = `data: ${'x'.repeat(2 * 1024 * 1024)}`;
    const info = await failure(
      { kind: 'raw', status: 200, headers: { 'content-type': 'text/event-stream' }, body },
      true,
    );
    expect(info).toMatchObject({ type: 'provider_protocol', message: expect.stringContaining('longer than') });
  });

  it('streams the arguments of a tool call', async () => {
    upstream.script([
      { kind: 'answer', toolCall: { id: 'call_9', name: 'weather', arguments: '{"city":"Köln","days":3}' } },
    ]);
    const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }];
    const chunks = await collect(adapter.stream(call({ body: { tools } })));
    const deltas = chunks.flatMap(({ chunk }) => chunk.choices.flatMap((choice) => choice.delta.tool_calls ?? []));
    expect(deltas[0]).toMatchObject({ index: 0, type: 'function', function: { name: 'weather' } });
    const argumentText = deltas.map((delta) => delta.function?.arguments ?? '').join('');
    expect(JSON.parse(argumentText)).toEqual({ city: 'Köln', days: 3 });
    const reasons = chunks.flatMap(({ chunk }) => chunk.choices.map((choice) => choice.finish_reason));
    expect(reasons.findLast((reason) => reason !== null)).toBe('tool_calls');
  });

  it('shows thinking as reasoning_content', async () => {
    upstream.script([{ kind: 'answer', reasoning: 'Let me see.' }]);
    const { completion } = await adapter.complete(call({ stream: false }));
    expect(completion.choices[0]?.message['reasoning_content']).toBe('Let me see.');
  });

  it('folds a stream into one answer where the provider must always stream', async () => {
    const deployment = upstreamDeployment(upstream, kind, { alwaysStream: true });
    const { completion } = await adapter.complete(chatCall(deployment, { stream: false }));
    expect(upstream.calls[0]?.stream).toBe(true);
    expect(completion).toMatchObject({
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 't0 t1 t2 t3 t4 ' }, finish_reason: 'stop' }],
      usage: { completion_tokens: 5 },
    });
  });

  it('sends the key, the configured headers and the trace, and asks for no compression', async () => {
    const deployment = upstreamDeployment(upstream, kind, { headers: { 'x-team': 'care' } });
    await answerText(adapter, chatCall(deployment, { traceHeaders: { traceparent: '00-abc' } }));
    const headers = upstream.calls[0]?.headers ?? {};
    expect(JSON.stringify(headers)).toContain(upstreamKey);
    expect(headers).toMatchObject({ 'x-team': 'care', traceparent: '00-abc', 'accept-encoding': 'identity' });
  });
});
