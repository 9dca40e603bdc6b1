import { fixtureConfig, type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';

const places = 3;
let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture({ MAX_CONCURRENT_REQUESTS: String(places) }, (upstreamUrl) => ({
    ...fixtureConfig(upstreamUrl),
    admission: { maxQueued: 60, maxWaitMs: 20_000 },
    tenants: { flood: {}, single: {} },
  }));
});
afterAll(() => fixture.close());

async function keyOf(tenant: string): Promise<string> {
  const answer = await fixture.gateway.fetch('/admin/keys', { json: { name: tenant, tenant, scopes: ['inference'] } });
  return ((await answer.json()) as { key: string }).key;
}

async function statusOf(key: string): Promise<number> {
  const answer = await fixture.gateway.chat(
    { ...hello, messages: [{ role: 'user', content: 'How are you?' }] },
    { authorization: `Bearer ${key}` },
  );
  await answer.text();
  return answer.status;
}

describe('a tenant that floods the gateway', () => {
  it("does not delay another tenant's request behind its own, and is told to come back where the line is full", async () => {
    const { upstream } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 100 }]);
    const [flooding, other] = [await keyOf('flood'), await keyOf('single')];
    const before = upstream.calls.length;
    const flood = Array.from({ length: 80 }, () => statusOf(flooding));
    await upstream.until(() => upstream.load().current === places);
    const answered = upstream.calls.length - before;
    await statusOf(other);
    const overtaken = upstream.calls.length - before - answered;
    expect(overtaken).toBeLessThan(4 * places);
    const statuses = await Promise.all(flood);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(60);
    expect(upstream.load().highest).toBeLessThanOrEqual(places);
  });
});
