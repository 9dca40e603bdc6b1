import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiKeyVerifier } from '../../../platform/identity/api-key-verifier.ts';
import { newSecret } from '../../../platform/identity/key-secret.ts';
import type { NewApiKey } from '../../../platform/store/api-keys-contract.ts';
import type { Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { eventually } from '../../support/poll.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { aCipher } from '../../support/store-fixtures.ts';

const source = findPostgres();
const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const at = (seconds: number): Date => new Date(start + seconds * 1000);

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])('the API keys on %s', (kind) => {
  let server: PostgresServer | undefined;
  const cipher = aCipher();
  let dataDir: string;
  let databaseUrl: string;
  let store: Store;
  let count = 0;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-keys-'));
    if (kind === 'postgres' && source.kind !== 'none') server = await startPostgres(source);
    databaseUrl = server ? await server.createDatabase() : `sqlite:${join(dataDir, 'test.db')}`;
    store = await openStore({ databaseUrl, dataDir, cipher });
  }, 60_000);

  afterAll(async () => {
    await store?.close();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function created(changes: Partial<NewApiKey> = {}) {
    count += 1;
    const id = `key_${count}`;
    const key: NewApiKey = {
      id,
      tenant: 'clinic',
      name: 'reception',
      scopes: ['inference', 'audit'],
      createdBy: 'first-key',
      createdAt: at(count),
      ...changes,
    };
    const secret = newSecret();
    await store.apiKeys.create(key, secret.record);
    return { id, terms: key, ...secret };
  }

  it('are read back as they were written, with or without restrictions', async () => {
    const plain = await created();
    const bound = await created({
      models: ['auto', 'light'],
      allowedIps: ['10.0.0.0/8'],
      limits: { rpm: 5 },
      budgets: [{ limitMicroUsd: 5_000_000, period: 'day' }],
      expiresAt: at(3_600),
    });
    for (const { id, terms, record } of [plain, bound]) {
      const secrets = [{ lookup: record.lookup, createdAt: terms.createdAt }];
      expect(await store.apiKeys.get(id)).toEqual({ ...terms, secrets });
      const found = await store.apiKeys.find(record.lookup);
      expect(found?.key).toEqual(terms);
      expect(Buffer.from(found?.hash ?? [])).toEqual(record.hash);
      expect(Buffer.from(found?.salt ?? [])).toEqual(record.salt);
    }
  });

  it('are listed newest first, of all tenants or of one', async () => {
    const tenant = 'lister';
    const one = await created({ tenant });
    const other = await created({ tenant: 'somebody' });
    const two = await created({ tenant });
    expect((await store.apiKeys.list(tenant)).map(({ id }) => id)).toEqual([two.id, one.id]);
    expect((await store.apiKeys.list()).map(({ id }) => id).slice(0, 3)).toEqual([two.id, other.id, one.id]);
  });

  it('change only in what is named, and null takes a restriction away', async () => {
    const { id, terms } = await created({ models: ['auto'], limits: { rpm: 5 }, expiresAt: at(60) });
    expect(await store.apiKeys.change(id, { name: 'desk', models: null })).toBe(true);
    const { models: _models, ...rest } = terms;
    expect(await store.apiKeys.get(id)).toMatchObject({ ...rest, name: 'desk' });
    expect((await store.apiKeys.get(id))?.models).toBeUndefined();
    expect(await store.apiKeys.change(id, {})).toBe(true);
    expect(await store.apiKeys.change('key_unknown', { name: 'x' })).toBe(false);
  });

  it('end their earlier secrets when they are rotated, never later than was said before', async () => {
    const { id, record: first } = await created();
    const [second, third] = [newSecret().record, newSecret().record];
    await store.apiKeys.addSecret(id, second, { createdAt: at(100), previousEndAt: at(160) });
    await store.apiKeys.addSecret(id, third, { createdAt: at(110), previousEndAt: at(400) });
    expect((await store.apiKeys.get(id))?.secrets).toEqual([
      { lookup: third.lookup, createdAt: at(110) },
      { lookup: second.lookup, createdAt: at(100), expiresAt: at(400) },
      { lookup: first.lookup, createdAt: expect.any(Date), expiresAt: at(160) },
    ]);
    expect((await store.apiKeys.find(first.lookup))?.secretExpiresAt).toEqual(at(160));
    const fourth = newSecret().record;
    await store.apiKeys.addSecret(id, fourth, { createdAt: at(200), previousEndAt: at(200) });
    expect(await store.apiKeys.find(first.lookup)).toBeUndefined();
  });

  it('have one secret without an end after rotations at once', async () => {
    const { id } = await created();
    const rotate = () =>
      store.apiKeys.addSecret(id, newSecret().record, { createdAt: at(500), previousEndAt: at(560) });
    expect(await Promise.all(Array.from({ length: 8 }, rotate))).not.toContain(false);
    const secrets = (await store.apiKeys.get(id))?.secrets ?? [];
    expect(secrets).toHaveLength(9);
    expect(secrets.filter(({ expiresAt }) => !expiresAt)).toHaveLength(1);
    expect(
      await store.apiKeys.addSecret('key_unknown', newSecret().record, { createdAt: at(0), previousEndAt: at(0) }),
    ).toBe(false);
  });

  it('are gone with all their secrets when they are deleted', async () => {
    const { id, record } = await created();
    expect(await store.apiKeys.delete(id)).toBe(true);
    expect(await store.apiKeys.get(id)).toBeUndefined();
    expect(await store.apiKeys.find(record.lookup)).toBeUndefined();
    expect(await store.apiKeys.delete(id)).toBe(false);
  });

  it('keep their last use to the minute', async () => {
    const { id } = await created();
    for (const seconds of [1_000, 1_059, 1_060, 1_100]) await store.apiKeys.touch(id, at(seconds));
    expect((await store.apiKeys.get(id))?.lastUsedAt).toEqual(at(1_060));
  });

  it('are revoked in every process within two seconds', async () => {
    const { id, key } = await created();
    const elsewhere = await openStore({ databaseUrl, dataDir, cipher });
    const verifier = new ApiKeyVerifier({ store: elsewhere.apiKeys, onTouchFailed: () => undefined });
    expect(await verifier.verify(key, '')).toMatchObject({ id });
    await store.apiKeys.delete(id);
    await eventually('the key to be refused', async () => (await verifier.verify(key, '')) === undefined, 2_000);
    await elsewhere.close();
  });

  it('take any sign in names and look nothing up by a pattern', async () => {
    const name = `Robert'); drop table api_keys;-- %_"\\ 王`;
    const { id } = await created({ name });
    expect((await store.apiKeys.get(id))?.name).toBe(name);
    for (const odd of ['%', '_', "' or 1=1 --", '']) expect(await store.apiKeys.find(odd)).toBeUndefined();
  });

  if (kind === 'sqlite') {
    it('stand in the file without anything that a request could show', async () => {
      const { key } = await created();
      const files = await Promise.all((await readdir(dataDir)).map((name) => readFile(join(dataDir, name))));
      const everything = Buffer.concat(files).toString('latin1');
      const secret = key.slice(-43);
      expect(everything).toContain(key.slice(3, 19));
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret, 'base64url').toString('latin1'));
    });
  }
});
