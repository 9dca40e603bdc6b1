import { ApiKeyVerifier } from '../../../../platform/identity/api-key-verifier.ts';
import { newSecret } from '../../../../platform/identity/key-secret.ts';
import type { NewApiKey } from '../../../../platform/store/api-keys-contract.ts';
import { FakeApiKeyStore } from '../../../doubles/api-key-store.ts';
import { rejectionOf } from '../../../support/store-fixtures.ts';

const home = '192.0.2.1';
let nowMs: number;
let store: FakeApiKeyStore;
let verifier: ApiKeyVerifier;
const failedTouches: unknown[] = [];
const verifierOver = (keys: Pick<FakeApiKeyStore, 'find' | 'touch'>): ApiKeyVerifier =>
  new ApiKeyVerifier({ store: keys, onTouchFailed: (error) => failedTouches.push(error), nowMs: () => nowMs });

beforeEach(() => {
  nowMs = Date.UTC(2026, 0, 1);
  store = new FakeApiKeyStore();
  verifier = verifierOver(store);
  failedTouches.length = 0;
});

async function anApiKey(changes: Partial<NewApiKey> = {}): Promise<{ id: string; key: string }> {
  const { key, record } = newSecret();
  const id = changes.id ?? 'key_1';
  const terms: NewApiKey = {
    id,
    tenant: 'clinic',
    name: 'reception',
    scopes: ['inference'],
    createdBy: 'first-key',
    createdAt: new Date(nowMs),
    ...changes,
  };
  await store.create(terms, record);
  return { id, key };
}

describe('a key of the database', () => {
  it('stands for a principal with its tenant, scopes, models and limits', async () => {
    const { key } = await anApiKey({ models: ['auto'], limits: { rpm: 60, concurrency: 2 } });
    expect(await verifier.verify(key, home)).toEqual({
      id: 'key_1',
      tenant: 'clinic',
      scopes: ['inference'],
      models: ['auto'],
      limits: { rpm: 60, concurrency: 2 },
    });
  });

  it('with another secret, or unknown, stands for nobody', async () => {
    const { key } = await anApiKey();
    expect(await verifier.verify(`${key.slice(0, -43)}${'A'.repeat(43)}`, home)).toBeUndefined();
    expect(await verifier.verify(newSecret().key, home)).toBeUndefined();
  });

  it('that has no such form does not reach the database', async () => {
    for (const shown of ['', 'hf-first', "' or 1=1 --", 'x'.repeat(100_000)]) {
      expect(await verifier.verify(shown, home)).toBeUndefined();
    }
    expect(store.finds).toBe(0);
  });

  it('is refused from its end on, to the millisecond', async () => {
    const { key } = await anApiKey({ expiresAt: new Date(nowMs + 500) });
    nowMs += 499;
    expect(await verifier.verify(key, home)).toBeDefined();
    nowMs += 1;
    expect(await rejectionOf(verifier.verify(key, home))).toBe('authentication_failed');
  });

  it('works only from the addresses it is bound to, IPv4 in IPv6 included', async () => {
    const { key } = await anApiKey({ allowedIps: ['192.0.2.0/24', '2001:db8::/32'] });
    for (const ip of [home, '192.0.2.255', '::ffff:192.0.2.7', '2001:db8::1']) {
      expect(await verifier.verify(key, ip)).toBeDefined();
    }
    for (const ip of ['192.0.3.1', '::ffff:10.0.0.1', '2001:db9::1', '', 'localhost']) {
      expect(await rejectionOf(verifier.verify(key, ip))).toBe('permission_denied');
    }
  });

  it('does not say that it is bound to addresses to those who do not know its secret', async () => {
    const { key } = await anApiKey({ allowedIps: ['10.0.0.0/8'], expiresAt: new Date(nowMs - 1) });
    expect(await verifier.verify(`${key.slice(0, -43)}${'A'.repeat(43)}`, home)).toBeUndefined();
  });

  it('works with both secrets until the overlap of a rotation ends', async () => {
    const { id, key: old } = await anApiKey();
    const { key: fresh, record } = newSecret();
    await store.addSecret(id, record, { createdAt: new Date(nowMs), previousEndAt: new Date(nowMs + 60_000) });
    expect((await verifier.verify(old, home))?.id).toBe(id);
    expect((await verifier.verify(fresh, home))?.id).toBe(id);
    nowMs += 60_000;
    expect(await rejectionOf(verifier.verify(old, home))).toBe('authentication_failed');
    expect((await verifier.verify(fresh, home))?.id).toBe(id);
  });
});

describe('what is kept of a key', () => {
  it('spares the database: one read a second, also for many requests at once', async () => {
    const { key } = await anApiKey();
    for (let request = 0; request < 50; request += 1) {
      await Promise.all(Array.from({ length: 4 }, () => verifier.verify(key, home)));
      nowMs += 10;
    }
    expect(store.finds).toBe(1);
  });

  it('is a second old at most, so a key revoked or changed elsewhere stops within it', async () => {
    const { id, key } = await anApiKey();
    expect(await verifier.verify(key, home)).toBeDefined();
    await store.delete(id);
    nowMs += 1_000;
    expect(await verifier.verify(key, home)).toBeUndefined();
  });

  it('is gone at once when it is forgotten, a reading under way included', async () => {
    const { id, key } = await anApiKey();
    const pending = Promise.withResolvers<void>();
    let isSlow = true;
    verifier = verifierOver({
      touch: async () => undefined,
      find: async (lookup) => {
        const found = await store.find(lookup);
        if (isSlow) await pending.promise;
        return found;
      },
    });
    const early = verifier.verify(key, home);
    await store.delete(id);
    isSlow = false;
    verifier.forget();
    pending.resolve();
    await early;
    expect(await verifier.verify(key, home)).toBeUndefined();
  });

  it('does not grow by keys that do not exist, and a new key works at once', async () => {
    const { key, record } = newSecret();
    expect(await verifier.verify(key, home)).toBeUndefined();
    const terms = { id: 'key_2', tenant: 't', name: 'n', scopes: [], createdBy: 'x', createdAt: new Date(nowMs) };
    await store.create(terms, record);
    expect(await verifier.verify(key, home)).toBeDefined();
  });

  it('does not outlive a database that is away', async () => {
    const { key } = await anApiKey();
    let isAway = false;
    verifier = verifierOver({
      touch: async () => undefined,
      find: (lookup) => (isAway ? Promise.reject(new Error('away')) : store.find(lookup)),
    });
    expect(await verifier.verify(key, home)).toBeDefined();
    isAway = true;
    nowMs += 1_000;
    expect(await rejectionOf(verifier.verify(key, home))).toBe('Error: away');
    isAway = false;
    expect(await verifier.verify(key, home)).toBeDefined();
  });
});

describe('the last use of a key', () => {
  it('is written once for many requests, and not while the one on record is younger than a minute', async () => {
    const { key } = await anApiKey();
    for (let request = 0; request < 20; request += 1) await verifier.verify(key, home);
    expect(store.touched).toEqual([{ id: 'key_1', usedAt: new Date(nowMs) }]);
  });

  it('is not written for a key that was refused', async () => {
    const { key } = await anApiKey({ allowedIps: ['10.0.0.0/8'] });
    await rejectionOf(verifier.verify(key, home));
    expect(store.touched).toEqual([]);
  });

  it('is nobody else’s trouble when it cannot be written', async () => {
    const { key } = await anApiKey();
    const broken = new Error('disk full');
    verifier = verifierOver({ find: (lookup) => store.find(lookup), touch: () => Promise.reject(broken) });
    expect(await verifier.verify(key, home)).toBeDefined();
    await Promise.resolve();
    expect(failedTouches).toEqual([broken]);
  });
});
