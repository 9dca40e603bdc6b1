import { type GatewayFixture, fixtureConfig, hello, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';
import type { ConfigFile } from '../../platform/config/config-file.ts';

/** One request of `hello` at the double: 11 input and 5 output tokens at 1 and 2 USD a million. */
const eachMicroUsd = 21;
const usd = (microUsd: number): number => microUsd / 1_000_000;

function withBudget(limitMicroUsd: number): (upstreamUrl: string) => ConfigFile {
  return (upstreamUrl) => ({
    ...fixtureConfig(upstreamUrl),
    tenants: { default: { budget: { limitUsd: usd(limitMicroUsd), period: 'month' } } },
  });
}

interface Usage {
  total_usd: number;
  total_requests: number;
  data: { deployment: string; key: string; cost_usd: number; requests: number }[];
  budgets: { key: string | null; spent_usd: number; reserved_usd: number; renews_at: number }[];
}

async function usageOf(fixture: GatewayFixture, query = ''): Promise<Usage> {
  return (await (await fixture.gateway.fetch(`/admin/usage${query}`)).json()) as Usage;
}

describe('200 requests at once on a budget for 50', () => {
  let fixture: GatewayFixture;
  afterEach(() => fixture.close());

  it.each([
    ['without a limit of their answers', {}],
    ['as streams with a limit that is longer than their answers', { stream: true, max_tokens: 40 }],
  ])('are answered 50 times, %s', async (_, fields) => {
    fixture = await startFixture({}, withBudget(50 * eachMicroUsd + eachMicroUsd - 1));
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const response = await fixture.gateway.chat({ ...hello, ...fields });
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(50);
    expect(statuses.filter((status) => status === 402)).toHaveLength(150);
    expect(fixture.upstream.calls).toHaveLength(50);
    await eventually('all to be settled', async () => (await usageOf(fixture)).budgets[0]?.reserved_usd === 0);
    const usage = await usageOf(fixture);
    expect(usage).toMatchObject({ total_usd: usd(50 * eachMicroUsd), total_requests: 50 });
    expect(usage.budgets).toMatchObject([{ spent_usd: usd(50 * eachMicroUsd) }]);
  });
});

describe('a budget', () => {
  let fixture: GatewayFixture;
  beforeAll(async () => {
    fixture = await startFixture({}, withBudget(1_000_000));
  });
  afterAll(() => fixture.close());

  const settled = () =>
    eventually('all to be settled', async () => {
      const { budgets } = await usageOf(fixture);
      return budgets.every(({ reserved_usd: reserved }) => reserved === 0);
    });

  async function aKey(limitMicroUsd: number): Promise<{ id: string; authorization: string }> {
    const json = { name: 'small', budget: { limitUsd: usd(limitMicroUsd), period: 'day' } };
    const made = await fixture.gateway.fetch('/admin/keys', { json });
    const { id, key } = (await made.json()) as { id: string; key: string };
    return { id, authorization: `Bearer ${key}` };
  }

  it.each([{}, { prefer: 'respond-async' }])('refuses before any call what it cannot pay (%j)', async (headers) => {
    const { authorization } = await aKey(100);
    const before = fixture.upstream.calls.length;
    const refused = await fixture.gateway.chat({ ...hello, max_tokens: 1_000 }, { authorization, ...headers });
    expect(refused.status).toBe(402);
    const { error } = (await refused.json()) as { error: { code: string; type: string; message: string } };
    expect(error).toMatchObject({ code: 'budget_exceeded', type: 'insufficient_quota' });
    expect(error.message).toMatch(/this API key \(0\.0001 USD a day\).* It renews at \d{4}-\d\d-\d\dT00:00:00\.000Z/);
    expect(fixture.upstream.calls.length).toBe(before);
  });

  it('of a key is spent to its end, and shown beside that of its tenant', async () => {
    const { id, authorization } = await aKey(2 * eachMicroUsd);
    const statuses = [];
    for (let times = 0; times < 3; times++) {
      const response = await fixture.gateway.chat(hello, { authorization });
      await response.text();
      statuses.push(response.status);
      await settled();
    }
    expect(statuses).toEqual([200, 200, 402]);
    const { data, budgets } = await usageOf(fixture, '?group_by=key');
    expect(data.find(({ key }) => key === id)).toMatchObject({ requests: 2, cost_usd: usd(2 * eachMicroUsd) });
    expect(budgets.find(({ key }) => key === id)).toMatchObject({ spent_usd: usd(2 * eachMicroUsd) });
  });

  it('pays once for a request that is sent twice with one key', async () => {
    const { id, authorization } = await aKey(2 * eachMicroUsd);
    const headers = { authorization, 'idempotency-key': 'once' };
    const same = await Promise.all([1, 2, 3].map(() => fixture.gateway.chat(hello, headers)));
    expect(await Promise.all(same.map(async (each) => (await each.text()).length > 0 && each.status))).toEqual([
      200, 200, 200,
    ]);
    await settled();
    expect((await fixture.gateway.chat(hello, headers)).status).toBe(200);
    await settled();
    const { budgets } = await usageOf(fixture);
    expect(budgets.find(({ key }) => key === id)).toMatchObject({ spent_usd: usd(eachMicroUsd) });
  });

  it('pays for what came of a stream that its client left, and the record, the ledger and the budget agree', async () => {
    const { id: key, authorization } = await aKey(100_000);
    fixture.upstream.script([{ kind: 'stall', afterTokens: 3 }], 'm-light');
    const leaving = new AbortController();
    const response = await fixture.gateway.chat(
      { ...hello, model: 'light', stream: true },
      { authorization },
      leaving.signal,
    );
    const id = response.headers.get('x-request-id');
    await fixture.upstream.until(() => fixture.upstream.calls.at(-1)?.tokensSent === 3);
    leaving.abort();
    await eventually('the request to end', async () => (await fixture.gateway.record(id)).status === 'cancelled');
    await settled();
    const { cost_usd: cost } = await fixture.gateway.record(id);
    expect(cost).toBeGreaterThan(0);
    const { data, budgets } = await usageOf(fixture, '?group_by=key');
    expect(data.find((row) => row.key === key)?.cost_usd).toBe(cost);
    expect(budgets.find((row) => row.key === key)?.spent_usd).toBe(cost);
    fixture.upstream.script([], 'm-light');
  });

  it('pays for every attempt of a request, and the rest comes back', async () => {
    const { id: key, authorization } = await aKey(100_000);
    fixture.upstream.script([{ kind: 'cut', afterTokens: 2 }, { kind: 'answer' }], 'm-light');
    fixture.upstream.script([{ kind: 'answer' }], 'm-large');
    const response = await fixture.gateway.chat({ ...hello, stream: true }, { authorization });
    await response.text();
    const { cost_usd: cost, attempts } = await fixture.gateway.record(response.headers.get('x-request-id'));
    expect(attempts.length).toBeGreaterThan(1);
    expect(cost).toBeGreaterThan(usd(eachMicroUsd));
    await settled();
    const { budgets } = await usageOf(fixture);
    expect(budgets.find((row) => row.key === key)).toMatchObject({ spent_usd: cost, reserved_usd: 0 });
  });

  it('limits the answer to what it has left, where nothing else can make room', async () => {
    const { authorization } = await aKey(11 + 2 * 30);
    const response = await fixture.gateway.chat(hello, { authorization });
    expect(response.status).toBe(200);
    const body = fixture.upstream.calls.at(-1)?.body;
    expect(body?.['max_tokens']).toBeGreaterThanOrEqual(30);
    expect(body?.['max_tokens']).toBeLessThanOrEqual(35);
  });

  it('sets money aside again for a retry, and pays for both runs', async () => {
    const { id: key, authorization } = await aKey(100_000);
    fixture.upstream.script([{ kind: 'unfinished', afterTokens: 2 }], 'm-large');
    const failing = { ...hello, model: 'large', stream: true, gateway: { timeoutMs: 1_500 } };
    const response = await fixture.gateway.chat(failing, { authorization });
    await response.text();
    const id = response.headers.get('x-request-id') ?? '';
    const firstRun = (await fixture.gateway.record(id)).cost_usd;
    await settled();
    fixture.upstream.script([{ kind: 'answer' }], 'm-large');
    const retried = await fixture.gateway.fetch(`/v1/requests/${id}/retry`, { json: {}, headers: { authorization } });
    expect(retried.status).toBe(202);
    await eventually('the retry to end', async () => (await fixture.gateway.record(id)).status === 'completed');
    await settled();
    const { cost_usd: cost } = await fixture.gateway.record(id);
    expect(cost).toBeGreaterThan(firstRun);
    expect((await usageOf(fixture)).budgets.find((row) => row.key === key)?.spent_usd).toBe(cost);
  });

  it('pays for the call that died with its process, and once for the one after it', async () => {
    fixture.upstream.script([{ kind: 'answer', tokens: 60, paceMs: 50 }], 'm-light');
    const before = (await usageOf(fixture)).budgets.find(({ key }) => key === null)?.spent_usd ?? 0;
    const accepted = await fixture.gateway.chat(
      { ...hello, model: 'light', stream: true },
      { prefer: 'respond-async' },
    );
    const { id } = (await accepted.json()) as { id: string };
    const sent = () => fixture.upstream.calls.at(-1)?.tokensSent ?? 0;
    await fixture.upstream.until(() => fixture.upstream.calls.at(-1)?.model === 'm-light' && sent() >= 40, 20_000);
    await fixture.gateway.restart();
    await eventually(
      'the request to end',
      async () => (await fixture.gateway.record(id)).status === 'completed',
      30_000,
    );
    const { attempts, cost_usd: cost } = await fixture.gateway.record(id);
    const lost = attempts.find(({ outcome }) => outcome === 'lost');
    expect(lost?.cost_usd).toBeGreaterThan(usd(20));
    expect(cost).toBeCloseTo((lost?.cost_usd ?? 0) + usd(11 + 2 * 60), 9);
    await settled();
    const { budgets } = await usageOf(fixture);
    expect(budgets.find(({ key }) => key === null)?.spent_usd).toBeCloseTo(before + cost, 9);
  });
});
