import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCipher } from '../../../platform/encryption/cipher.ts';
import type { Cipher, Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import {
  aCipher,
  answerJson,
  aRequest,
  anAttempt,
  began,
  rejectionOf,
  succeeded,
} from '../../support/store-fixtures.ts';

const source = findPostgres();
const plain = Buffer.from('王小明 has a cough');
const place = 'events.payload:req_1:1';

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])('data keys on %s', (kind) => {
  const cipher = aCipher();
  let server: PostgresServer | undefined;
  let dataDir: string;
  const opened: Store[] = [];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-data-keys-'));
    if (kind === 'postgres' && source.kind !== 'none') server = await startPostgres(source);
  }, 60_000);
  afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())));
  afterAll(async () => {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const sqliteFile = () => join(dataDir, `${randomBytes(4).toString('hex')}.db`);
  const newDatabase = async (file = sqliteFile()) => (server ? server.createDatabase() : `sqlite:${file}`);
  const open = async (databaseUrl: string, keys: Cipher = cipher): Promise<Store> => {
    const store = await openStore({ databaseUrl, dataDir, cipher: keys });
    opened.push(store);
    return store;
  };
  it('are the same in every process, also when all meet a tenant for the first time at once', async () => {
    const url = await newDatabase();
    const stores = await Promise.all([1, 2, 3, 4].map(() => open(url)));
    const names = await Promise.all(stores.map(({ vault }) => vault.subjectOf('clinic', 'alice')));
    expect(new Set(names).size).toBe(1);
    const [first, second] = stores;
    const sealed = await first?.vault.seal({ tenant: 'clinic' }, plain, place);
    expect(sealed && Buffer.from((await second?.vault.open(sealed, place)) ?? [])).toEqual(plain);
  });

  it('stay destroyed over a restart, with all that lay under them', async () => {
    const url = await newDatabase();
    const store = await open(url);
    const [ours, alices] = [await answered(store), await answered(store, { endUser: 'alice' })];
    const theirs = await answered(store, { tenant: 'bank' });
    const subject = await store.vault.subjectOf('clinic', 'alice');
    expect(await store.vault.destroy({ tenant: 'clinic', subject })).toBe(1);
    expect(await rejectionOf(store.requests.result('clinic', alices))).toBe('content_erased');
    expect(await store.requests.result('clinic', ours)).toBe(answerJson);
    expect(await store.vault.destroy({ tenant: 'clinic' })).toBe(1);

    const restarted = await open(url);
    for (const id of [ours, alices]) {
      expect(await rejectionOf(restarted.requests.result('clinic', id))).toBe('content_erased');
    }
    expect(await restarted.requests.result('bank', theirs)).toBe(answerJson);
  });

  it('say which requests are to be deleted: those under destroyed keys, and none that came later', async () => {
    const store = await open(await newDatabase());
    const [ours, alices] = [await answered(store), await answered(store, { endUser: 'alice' })];
    await answered(store, { tenant: 'bank' });
    await store.vault.destroy({ tenant: 'clinic' });
    const later = await answered(store);
    const [erasure] = await store.erasures.open();
    if (!erasure) throw new Error('the erasure was not noted');
    const doomed = await store.erasures.requests(erasure, 10);
    expect(doomed.map(({ id }) => id).toSorted()).toEqual([ours, alices].toSorted());
    expect(doomed[0]).toMatchObject({ runIds: ['run-1'], keyed: true });
    await store.erasures.deleteRequests(doomed.map(({ id }) => id));
    expect(await store.erasures.requests(erasure, 10)).toEqual([]);
    expect(await store.requests.get('clinic', ours)).toBeUndefined();
    expect(await store.requests.result('clinic', later)).toBe(answerJson);
    await store.erasures.finish(erasure);
    expect(await store.erasures.open()).toEqual([]);
  });

  it('are wrapped anew at the first start with another master key, and then do without the old one', async () => {
    const url = await newDatabase();
    const [old, newer] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))];
    const id = await answered(await open(url, createCipher({ activeKeyId: 'k1', key: () => old })));
    await open(url, createCipher({ activeKeyId: 'k2', key: (name) => (name === 'k1' ? old : newer) }));
    const after = await open(url, createCipher({ activeKeyId: 'k2', key: () => newer }));
    expect(await after.requests.result('clinic', id)).toBe(answerJson);
  });

  if (kind === 'sqlite') {
    it('leave nothing in the file, nor in its log, that could be unwrapped', async () => {
      const file = sqliteFile();
      const store = await open(await newDatabase(file));
      await answered(store);
      const holds = async (text: Buffer) =>
        (await Promise.all([file, `${file}-wal`].map((path) => readFile(path)))).some((bytes) => bytes.includes(text));
      const id = Buffer.from(await store.vault.keyIdFor({ tenant: 'clinic' }));
      const { wrapped } = await wrappedOf(file, id.toString());
      expect(await holds(Buffer.from(wrapped))).toBe(true);
      await store.vault.destroy({ tenant: 'clinic' });
      expect(await holds(Buffer.from(wrapped))).toBe(false);
    });
  }
});

/** A request of `clinic` that was answered. */
async function answered(store: Store, changes = {}): Promise<string> {
  const { id } = (await store.requests.accept(aRequest(changes))).record;
  await store.requests.begin(id, 'run-1');
  const turn = await began(store, anAttempt(id));
  if (turn.kind === 'mine') await store.attempts.end(anAttempt(id), turn.ordinal, succeeded);
  const answeredBy = { attempt: 1, deployment: 'light' };
  await store.requests.settle({
    requestId: id,
    runId: 'run-1',
    status: 'completed',
    finishedAt: new Date(),
    answeredBy,
  });
  return id;
}

async function wrappedOf(file: string, id: string): Promise<{ wrapped: Uint8Array }> {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file);
  try {
    return database.prepare('select wrapped from data_keys where id = ?').get(id) as { wrapped: Uint8Array };
  } finally {
    database.close();
  }
}
