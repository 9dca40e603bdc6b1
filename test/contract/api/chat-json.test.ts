import { completion } from './fake-gateway.ts';
import { runApp, type RunningApp } from './running-app.ts';

const chat = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };
let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
});
afterEach(() => app.close());

describe('POST /v1/chat/completions without stream', () => {
  it('answers the stored text byte for byte, with what it cost in the headers', async () => {
    const stored = '{"id":"chatcmpl-1",  "odd" : 12345678901234567890}';
    app.gateway.script = {
      kind: 'complete',
      events: [
        { kind: 'attempt', deployment: 'large', attempt: 1 },
        { kind: 'attempt', deployment: 'light', attempt: 2 },
      ],
      result: stored,
    };
    const answer = await app.post('/v1/chat/completions', chat);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(stored);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': 'req_00000000000000000000000000000001',
      'x-gateway-deployment': 'light',
      'x-gateway-attempts': '2',
      'x-gateway-cost-usd': '0.000012',
      'x-gateway-cache': 'miss',
    });
    expect(answer.headers.has('x-powered-by')).toBe(false);
  });

  it('hands the body on as it came, unknown fields and their order included, without the gateway field', async () => {
    const body = {
      zeta: { b: 1, a: [null, 2] },
      messages: [{ extra: true, content: [{ cache_control: { type: 'x' }, text: 'Hi', type: 'text' }], role: 'user' }],
      gateway: { qos: { cost: 1 }, policy: 'clinic', maxCostUsd: 0.5, timeoutMs: 1000 },
      model: 'auto',
    };
    await app.post('/v1/chat/completions', body);
    const [submitted] = app.gateway.submitted;
    const { gateway, ...forwarded } = body;
    expect(JSON.stringify(submitted?.body)).toBe(JSON.stringify(forwarded));
    expect(submitted?.gateway).toEqual(gateway);
  });

  it('reads qos from the header where the body leaves it open', async () => {
    await app.post('/v1/chat/completions', chat, { 'x-gateway-qos': 'cost=0.6, latency=.3,quality=0.1' });
    expect(app.gateway.submitted[0]?.gateway).toEqual({ qos: { cost: 0.6, latency: 0.3, quality: 0.1 } });
  });

  it('passes a valid trace on and leaves a wrong one out', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await app.post('/v1/chat/completions', chat, { traceparent, tracestate: 'a=1' });
    await app.post('/v1/chat/completions', chat, { traceparent: 'nonsense', tracestate: 'a=1' });
    expect(app.gateway.submitted.map((request) => request.traceHeaders)).toEqual([
      { traceparent, tracestate: 'a=1' },
      {},
    ]);
  });

  it('gives a failed request the status, the envelope and the Retry-After of its error', async () => {
    app.gateway.script = {
      kind: 'fail',
      events: [{ kind: 'attempt', deployment: 'light', attempt: 1 }],
      error: { type: 'provider_rate_limited', message: 'All deployments are busy.', retryAfterMs: 1001 },
    };
    const answer = await app.post('/v1/chat/completions', chat);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(answer.headers.get('x-gateway-attempts')).toBe('1');
    expect(await answer.json()).toEqual({
      error: {
        message: 'All deployments are busy.',
        type: 'rate_limit_error',
        code: 'provider_rate_limited',
        param: null,
      },
    });
  });

  it('gives the refusal of a request its own status', async () => {
    app.gateway.script = {
      kind: 'refuse',
      error: { type: 'idempotency_key_reused', message: 'The key stands for another body.', param: 'Idempotency-Key' },
    };
    const answer = await app.post('/v1/chat/completions', chat, { 'idempotency-key': 'k' });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ error: { code: 'idempotency_key_reused', param: 'Idempotency-Key' } });
  });

  it('answers the second call of an Idempotency-Key with the first one’s request', async () => {
    const answers = [];
    for (let call = 0; call < 3; call += 1) {
      const answer = await app.post('/v1/chat/completions', chat, { 'idempotency-key': 'same' });
      answers.push([answer.headers.get('x-request-id'), await answer.json()]);
    }
    expect(new Set(answers.map(([id]) => id)).size).toBe(1);
    expect(answers.map(([, body]) => body)).toEqual([completion, completion, completion]);
  });

  it('takes a request with Prefer: respond-async and says where its answer will be', async () => {
    app.gateway.script = { kind: 'hang' };
    const answer = await app.post('/v1/chat/completions', chat, { prefer: 'wait=1, respond-async' });
    const id = 'req_00000000000000000000000000000001';
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/requests/${id}`);
    expect(answer.headers.get('preference-applied')).toBe('respond-async');
    expect(await answer.json()).toMatchObject({ id, object: 'gateway.request', status: 'in_progress', result: null });
    expect(app.gateway.submitted[0]?.respondAsync).toBe(true);
    expect(app.gateway.cancelled).toEqual([]);
  });

  it('hides what an unexpected error says, from the client and from the log', async () => {
    app.gateway.submit = () => Promise.reject(new Error('secret prompt text'));
    const answer = await app.post('/v1/chat/completions', chat);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(app.logged.join('')).toContain('request failed');
    expect(app.logged.join('')).not.toContain('secret');
  });
});
