import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { fetchHistory } from '../support/temporal-history.ts';
import { readWhole } from '../support/read-stream.ts';

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

const planted = 'PLANTED-SECRET-7731';

describe('a durable chat request', () => {
  it('answers in one piece, says who answered and what it cost', async () => {
    const response = await fixture.gateway.chat(hello);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 't0 t1 t2 t3 t4 ' } }],
    });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': expect.stringMatching(/^req_/),
      'x-gateway-deployment': 'light',
      'x-gateway-attempts': '1',
      'x-gateway-cost-usd': '0.000021',
    });
  });

  it('streams the same text, and ends with [DONE]', async () => {
    const seen = await readWhole(await fixture.gateway.chat({ ...hello, stream: true }));
    expect(seen).toMatchObject({ text: 't0 t1 t2 t3 t4 ', done: true, errors: [], restarts: 0 });
  });

  it('keeps a record with its attempts, usage and result', async () => {
    const response = await fixture.gateway.chat(hello);
    const id = response.headers.get('x-request-id');
    expect(await (await fixture.gateway.fetch(`/v1/requests/${id}`)).json()).toMatchObject({
      id,
      object: 'gateway.request',
      status: 'completed',
      modality: 'chat',
      alias: 'auto',
      attempts: [{ deployment: 'light', outcome: 'succeeded', error_type: null }],
      usage: { completion_tokens: 5 },
      result: { object: 'chat.completion' },
      error: null,
    });
  });

  it.each([false, true])(
    'leaves a short history with readable summaries and no content (stream: %s)',
    async (stream) => {
      const body = { ...hello, stream, messages: [{ role: 'user', content: planted }], user: planted };
      const response = await fixture.gateway.chat(body);
      await response.text();
      const id = response.headers.get('x-request-id') ?? '';
      const history = await fetchHistory(fixture.namespace, id);
      expect(history.events.length).toBeLessThanOrEqual(14);
      expect(history.summaries).toEqual(['chat auto', 'call light', 'settle completed']);
      expect(history.raw).not.toContain(planted);
      expect(history.raw).not.toContain(Buffer.from(planted).toString('base64').slice(4, -4));
      expect(history.searchAttributes).toMatchObject({
        HoldfastAlias: ['auto'],
        HoldfastTenant: ['default'],
        HoldfastDeployment: ['light'],
        HoldfastOutcome: ['completed'],
      });
    },
  );

  it('passes unknown fields on and keeps its own to itself', async () => {
    const body = { ...hello, model: 'large', odd_field: { deep: [1, 'ü'] }, gateway: { timeoutMs: 20_000 } };
    await (await fixture.gateway.chat(body)).json();
    const call = fixture.upstream.calls.at(-1);
    expect(call?.body).toMatchObject({ model: 'm-large', odd_field: { deep: [1, 'ü'] } });
    expect(call?.body).not.toHaveProperty('gateway');
    expect(call?.headers.authorization).toBe('Bearer far-secret-key');
  });

  it('carries a body that is too large for a history by reference', async () => {
    const content = 'x'.repeat(3_000_000);
    const response = await fixture.gateway.chat({ ...hello, messages: [{ role: 'user', content }] });
    expect(response.status).toBe(200);
    const history = await fetchHistory(fixture.namespace, response.headers.get('x-request-id') ?? '');
    expect(history.raw.length).toBeLessThan(50_000);
    expect(fixture.upstream.calls.at(-1)?.body).toMatchObject({ messages: [{ content }] });
  });

  it('keeps what callers said and the keys out of the logs', async () => {
    const body = { ...hello, messages: [{ role: 'user', content: planted }] };
    await (await fixture.gateway.chat(body, { 'idempotency-key': planted })).json();
    await (await fixture.gateway.chat({ ...body, model: `no-${planted}` })).json();
    for (const secret of [planted, 'far-secret-key', fixture.gateway.key]) {
      expect(fixture.gateway.output()).not.toContain(secret);
    }
  });

  it('refuses an unknown model by name', async () => {
    const response = await fixture.gateway.chat({ ...hello, model: 'nobody' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
  });

  it('does not call a model that could cost more than the request allows', async () => {
    const before = fixture.upstream.calls.length;
    const response = await fixture.gateway.chat({ ...hello, gateway: { maxCostUsd: 0.000001 } });
    expect(response.status).toBe(402);
    expect(fixture.upstream.calls.length).toBe(before);
  });
});
