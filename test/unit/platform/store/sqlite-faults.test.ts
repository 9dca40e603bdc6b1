import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../../../platform/store/contract.ts';
import { createGuard } from '../../../../platform/store/guard.ts';
import { createStore, openStore } from '../../../../platform/store/open-store.ts';
import { openSqlite } from '../../../../platform/store/sqlite.ts';
import {
  aCipher,
  anAttempt,
  began,
  answerJson,
  aRequest,
  chunks,
  rejectionOf,
  succeeded,
  tenant,
} from '../../../support/store-fixtures.ts';

describe('the store on a SQLite file in trouble', () => {
  const cipher = aCipher();
  let dataDir: string;
  let path: string;
  let connection: DatabaseSync;
  let store: Store;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-faults-'));
    path = join(dataDir, 'test.db');
    const opened = openSqlite(path);
    connection = opened.connection;
    store = await createStore(opened.db, cipher, createGuard(150));
  });

  afterEach(async () => {
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** A fault of every write, and how it ends. */
  const faults: [string, () => () => void][] = [
    [
      'locked by another process',
      () => {
        const other = new DatabaseSync(path);
        other.exec('begin immediate');
        return () => other.close();
      },
    ],
    [
      'read-only',
      () => {
        connection.exec('pragma query_only=1');
        return () => connection.exec('pragma query_only=0');
      },
    ],
    [
      'on a full disk',
      () => {
        connection.exec('pragma max_page_count=1');
        return () => connection.exec('pragma max_page_count=1000000');
      },
    ],
  ];

  it.each(faults)('is not ready while it is %s, and heals without a restart', async (_, begin) => {
    const known = aRequest();
    await store.requests.accept(known);
    await began(store, anAttempt(known.id));
    const huge = { ...succeeded, answer: 'x'.repeat(5_000_000) };

    const end = begin();
    expect(await rejectionOf(store.attempts.end(anAttempt(known.id), 1, huge))).toBe('not_ready');
    end();

    await store.ping();
    expect((await store.requests.get(tenant, known.id))?.attempts[0]?.outcome).toBe('in_progress');
    await store.attempts.end(anAttempt(known.id), 1, huge);
  });

  it('waits for a lock without blocking the event loop', async () => {
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const accepting = store.requests.accept(aRequest());
    await new Promise((resolve) => setTimeout(resolve, 0));
    other.exec('rollback');
    other.close();
    expect(await accepting).toMatchObject({ created: true });
  });

  it('leaves nothing behind of a write that was cut by a full disk', async () => {
    const request = aRequest();
    await store.requests.accept(request);
    connection.exec('pragma max_page_count=1');
    const big = chunks(1, 600).map((event) => ({ seq: event.seq, kind: 'chunk' as const, json: 'x'.repeat(2_000) }));
    expect(await rejectionOf(store.events.append(request.id, big))).toBe('not_ready');
    connection.exec('pragma max_page_count=1000000');
    expect(await store.events.read(request.id, 0, 10)).toEqual([]);
    await store.events.append(request.id, big);
  });
});

describe('the SQLite file', () => {
  const cipher = aCipher();
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-sqlite-'));
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('is readable by its owner only and holds no content in plain', async () => {
    const store = await openStore({ dataDir, cipher });
    const request = aRequest();
    await store.requests.accept(request);
    await began(store, anAttempt(request.id));
    await store.attempts.end(anAttempt(request.id), 1, succeeded);
    await store.events.append(request.id, [{ seq: 1, kind: 'chunk', json: answerJson }]);
    const error = { type: 'provider_rejected', message: answerJson } as const;
    await store.requests.settle({
      requestId: request.id,
      runId: 'run-1',
      status: 'failed',
      finishedAt: new Date(),
      error,
    });
    const files = ['holdfast.db', 'holdfast.db-wal', 'holdfast.db-shm'].map((name) => join(dataDir, name));
    for (const file of files) {
      expect((await stat(file)).mode & 0o077).toBe(0);
      const bytes = await readFile(file);
      expect(bytes.includes('王小明') || bytes.includes('Guten Tag')).toBe(false);
    }
    await store.close();
  });

  it('does not open an answer that was moved to another request', async () => {
    const store = await openStore({ dataDir, cipher });
    const [mine, theirs] = [aRequest(), aRequest()];
    for (const request of [mine, theirs]) {
      await store.requests.accept(request);
      await began(store, anAttempt(request.id));
      await store.attempts.end(anAttempt(request.id), 1, succeeded);
      const answeredBy = { attempt: 1, deployment: 'light' };
      await store.requests.settle({
        requestId: request.id,
        runId: 'run-1',
        status: 'completed',
        finishedAt: new Date(),
        answeredBy,
      });
    }
    const intruder = new DatabaseSync(join(dataDir, 'holdfast.db'));
    intruder
      .prepare('update attempts set answer = (select answer from attempts where request_id = ?) where request_id = ?')
      .run(theirs.id, mine.id);
    intruder.close();
    expect(await rejectionOf(store.requests.result(tenant, mine.id))).toBe('encryption_failed');
    expect(await store.requests.result(tenant, theirs.id)).toBe(answerJson);
    await store.close();
  });

  it('is named by DATABASE_URL, which is refused where it names nothing known', async () => {
    const store = await openStore({ databaseUrl: `sqlite:${join(dataDir, 'sub', 'my.db')}`, dataDir, cipher });
    await store.close();
    expect((await stat(join(dataDir, 'sub', 'my.db'))).size).toBeGreaterThan(0);
    expect(await rejectionOf(openStore({ databaseUrl: 'mysql://x', dataDir, cipher }))).toBe('invalid_request');
    const away = openStore({ databaseUrl: 'postgres://user:PLANTED@127.0.0.1:1/x', dataDir, cipher });
    await expect(away).rejects.toMatchObject({ type: 'not_ready', message: expect.not.stringContaining('PLANTED') });
  });
});
