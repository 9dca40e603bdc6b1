import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import type { WebhookDelivery } from '../../../platform/store/webhooks-contract.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { aCipher, aRequest, tenant } from '../../support/store-fixtures.ts';

const source = findPostgres();
if (source.kind === 'none') console.warn(`Webhooks are not tested on PostgreSQL: ${source.reason}.`);

const delivery = (changes: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  webhookId: 'msg_1',
  attemptedAt: new Date('2026-01-02T03:04:05.678Z'),
  outcome: 'failed',
  latencyMs: 12,
  ...changes,
});

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])('webhooks in %s', (kind) => {
  const cipher = aCipher();
  let server: PostgresServer | undefined;
  let dataDir: string;
  let databaseUrl: string;
  let store: Store;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-webhooks-'));
    if (kind === 'postgres' && source.kind !== 'none') server = await startPostgres(source);
    databaseUrl = server ? await server.createDatabase() : `sqlite:${join(dataDir, 'test.db')}`;
    store = await openStore({ databaseUrl, dataDir, cipher });
  }, 60_000);
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keep the URL that was asked for first, and what became of it, once for each try', async () => {
    const request = aRequest();
    await store.requests.accept(request);
    expect(await store.webhooks.url(request.id)).toBeUndefined();
    await store.webhooks.ask(request.id, 'https://example.com/one');
    await store.webhooks.ask(request.id, 'https://example.com/two');
    expect(await store.webhooks.url(request.id)).toBe('https://example.com/one');
    const first = delivery({ error: 'provider_timeout' });
    const second = delivery({ attemptedAt: new Date('2026-01-02T03:05:00.000Z'), outcome: 'delivered', status: 204 });
    await store.webhooks.record(request.id, 'run/0001', first);
    await store.webhooks.record(request.id, 'run/0002', second);
    await store.webhooks.record(request.id, 'run/0002', delivery());
    expect(await store.webhooks.deliveries(request.id)).toEqual([first, second]);
  });

  it('go with their request', async () => {
    const request = aRequest();
    await store.requests.accept(request);
    await store.webhooks.ask(request.id, 'https://example.com/one');
    await store.webhooks.record(request.id, 'run/0001', delivery());
    await store.erasures.deleteRequests([request.id]);
    expect(await store.webhooks.url(request.id)).toBeUndefined();
    expect(await store.webhooks.deliveries(request.id)).toEqual([]);
  });

  it('are signed with one secret for a tenant, whichever of many processes made it', async () => {
    const others = await Promise.all([1, 2, 3].map(() => openStore({ databaseUrl, dataDir, cipher })));
    const seen = await Promise.all([store, ...others].map(({ webhooks }) => webhooks.secrets(tenant)));
    await Promise.all(others.map((other) => other.close()));
    expect(new Set(seen.map((secrets) => JSON.stringify(secrets))).size).toBe(1);
    expect(seen[0]).toHaveLength(1);
    expect(seen[0]?.[0]?.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect((await store.webhooks.secrets('other'))[0]?.secret).not.toBe(seen[0]?.[0]?.secret);
  });

  it('are signed with rotated secrets until they expire, newest first', async () => {
    const owner = `rotating-${kind}`;
    const [first] = await store.webhooks.secrets(owner);
    const later = new Date(Date.now() + 60_000);
    await store.webhooks.rotateSecret(owner, later);
    const both = await store.webhooks.secrets(owner);
    expect(both.map(({ expiresAt }) => expiresAt)).toEqual([undefined, later]);
    expect(both[1]?.secret).toBe(first?.secret);
    await store.webhooks.rotateSecret(owner, new Date(Date.now() - 1));
    const last = await store.webhooks.secrets(owner);
    expect(last).toHaveLength(1);
    expect(both.map(({ secret }) => secret)).not.toContain(last[0]?.secret);
  });

  it('are signed with a new secret once the tenant was erased', async () => {
    const owner = `erased-${kind}`;
    const before = await store.webhooks.secrets(owner);
    await store.vault.destroy({ tenant: owner });
    const after = await store.webhooks.secrets(owner);
    expect(after).toHaveLength(1);
    expect(after[0]?.secret).not.toBe(before[0]?.secret);
  });
});
