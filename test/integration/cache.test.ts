import { type GatewayFixture, fixtureConfig, startFixture } from '../support/gateway-fixture.ts';

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture({}, (url) => ({
    ...fixtureConfig(url),
    policies: { inside: { localOnly: true } },
    tenants: { neighbour: {} },
  }));
});
afterAll(() => fixture.close());
beforeEach(() => fixture.upstream.script([{ kind: 'answer' }]));

const asking = (content: string, more: object = {}) => ({
  model: 'auto',
  messages: [{ role: 'user', content }],
  gateway: { cache: true },
  ...more,
});

/** Sends a request and tells whether a model was called for it. */
async function send(body: object) {
  const before = fixture.upstream.calls.length;
  const response = await fixture.gateway.chat(body);
  const text = await response.text();
  return {
    response,
    text,
    called: fixture.upstream.calls.length - before,
    cache: response.headers.get('x-gateway-cache'),
  };
}

describe('an answer that was kept', () => {
  it('is given again to an equal request, costs nothing and says so', async () => {
    const first = await send(asking('What is a durable request?'));
    const again = await send(asking('What is a durable request?'));
    expect([first.cache, first.called]).toEqual(['miss', 1]);
    expect([again.cache, again.called]).toEqual(['hit', 0]);
    expect(again.text).toBe(first.text);
    expect(again.response.headers.get('x-gateway-cost-usd')).toBe('0.000000');
    expect(again.response.headers.get('x-gateway-attempts')).toBe('0');
    const record = await fixture.gateway.record(again.response.headers.get('x-request-id'));
    expect(record).toMatchObject({ status: 'completed', attempts: [{ outcome: 'cached', cost_usd: 0 }] });
  });

  it('is streamed to a client that asked for a stream, and resumable like any other', async () => {
    await send(asking('Which colours has a rainbow?'));
    const streamed = await send(asking('Which colours has a rainbow?', { stream: true }));
    expect([streamed.cache, streamed.called]).toEqual(['hit', 0]);
    expect(streamed.text).toContain('"finish_reason":"stop"');
    expect(streamed.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    const id = streamed.response.headers.get('x-request-id');
    const resumed = await fixture.gateway.fetch(`/v1/requests/${id}/events`, { headers: { 'last-event-id': '1' } });
    expect(await resumed.text()).toContain('"finish_reason":"stop"');
  });

  it.each([
    ['another number', 'The dose is 15 mg. Is that right?', {}],
    ['another temperature', 'The dose is 10 mg. Is that right?', { temperature: 0.5 }],
    ['another policy', 'The dose is 10 mg. Is that right?', { gateway: { cache: true, policy: 'inside' } }],
    ['other deployments', 'The dose is 10 mg. Is that right?', { model: 'relay' }],
    ['a tool', 'The dose is 10 mg. Is that right?', { tools: [{ type: 'function', function: { name: 'look_up' } }] }],
    ['no wish for it', 'The dose is 10 mg. Is that right?', { gateway: {} }],
  ])('is not given to a request with %s', async (_what, content, more) => {
    await send(asking('The dose is 10 mg. Is that right?'));
    expect((await send(asking(content, more))).called).toBe(1);
  });

  it('is not given to another tenant', async () => {
    const { gateway, upstream } = fixture;
    const made = await gateway.fetch('/admin/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'next door', tenant: 'neighbour', scopes: ['inference'] }),
    });
    const { key } = (await made.json()) as { key: string };
    await send(asking('What is in the safe?'));
    const before = upstream.calls.length;
    const theirs = await gateway.chat(asking('What is in the safe?'), { authorization: `Bearer ${key}` });
    expect([theirs.status, theirs.headers.get('x-gateway-cache')]).toEqual([200, 'miss']);
    expect(upstream.calls.length - before).toBe(1);
  });

  it('is given to the same question in other words where that was asked for, and to no other question', async () => {
    const semantic = { gateway: { cache: 'semantic' } };
    await send(asking('How do I reset the password of bed 12?', semantic));
    const reworded = await send(asking('how can I reset the password of bed 12, please?', semantic));
    expect([reworded.cache, reworded.called]).toEqual(['hit', 0]);
    expect((await send(asking('How do I reset the password of bed 13?', semantic))).called).toBe(1);
    expect((await send(asking('How do I not reset the password of bed 12?', semantic))).called).toBe(1);
    expect((await send(asking('how could I reset the password of bed 12?'))).called).toBe(1);
  });

  it('does not outlive its time', async () => {
    const brief = { gateway: { cache: { ttlSeconds: 1 } } };
    await send(asking('What time is it?', brief));
    const end = Date.now() + 1_100;
    let last = await send(asking('What time is it?', brief));
    while (last.cache === 'hit' && Date.now() < end + 5_000) last = await send(asking('What time is it?', brief));
    expect(Date.now()).toBeGreaterThanOrEqual(end - 200);
    expect(last.cache).toBe('miss');
  });

  it('is never one that failed', async () => {
    fixture.upstream.script([{ kind: 'error', error: 'invalid' }]);
    expect((await send(asking('Will this fail?'))).response.status).toBe(400);
    fixture.upstream.script([{ kind: 'answer' }]);
    expect((await send(asking('Will this fail?'))).called).toBe(1);
  });
});

it('makes one call of 30 equal requests at once', async () => {
  fixture.upstream.script([{ kind: 'answer', delayMs: 300 }]);
  const before = fixture.upstream.calls.length;
  const responses = await Promise.all(Array.from({ length: 30 }, () => fixture.gateway.chat(asking('Who is first?'))));
  const texts = await Promise.all(responses.map((response) => response.text()));
  expect(fixture.upstream.calls.length - before).toBe(1);
  expect(new Set(texts).size).toBe(1);
  expect(responses.filter(({ headers }) => headers.get('x-gateway-cache') === 'hit')).toHaveLength(29);
});
