import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { DatabaseSync } from 'node:sqlite';
import { openCheckpoint } from '../../../domain/audit/checkpoint.ts';
import { leafHash, rootOf, TreeEdge } from '../../../domain/audit/merkle-tree.ts';
import type { RequestAudit } from '../../../domain/audit/record.ts';
import { type NoteSigner } from '../../../domain/audit/signed-note.ts';
import { AuditLog } from '../../../platform/audit/audit-log.ts';
import type { SettledRun } from '../../../platform/audit/contract.ts';
import { openAuditSigner } from '../../../platform/audit/signing-key.ts';
import type { Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import {
  aCipher,
  anAttempt,
  answerJson,
  aRequest,
  began,
  rejectionOf,
  succeeded,
  tenant,
} from '../../support/store-fixtures.ts';

const source = findPostgres();
if (source.kind === 'none') console.warn(`The audit log is not tested on PostgreSQL: ${source.reason}.`);

function settled(requestId: string, changes: Partial<SettledRun> = {}): SettledRun {
  return {
    type: 'request',
    request_id: requestId,
    run_id: 'run-1',
    tenant,
    deployment: 'light',
    outcome: 'completed',
    error_type: null,
    finished_at: '2026-01-02T03:04:09.000Z',
    ...changes,
  };
}

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])('the audit log on %s', (kind) => {
  const cipher = aCipher();
  let server: PostgresServer | undefined;
  let dataDir: string;
  let databaseUrl: string;
  let store: Store;
  let signer: NoteSigner;
  let log: AuditLog;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
    if (kind === 'postgres' && source.kind !== 'none') server = await startPostgres(source);
  }, 60_000);

  beforeEach(async () => {
    databaseUrl = server ? await server.createDatabase() : `sqlite:${join(dataDir, `${randomUUID()}.db`)}`;
    store = await openStore({ databaseUrl, dataDir, cipher });
    signer = await openAuditSigner(store.audit, cipher, undefined);
    log = new AuditLog(store.audit, signer);
  });

  afterEach(() => store.close());

  afterAll(async () => {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function all(): Promise<Record<string, unknown>[]> {
    const { size } = await log.checkpoint();
    return (await log.entries(0, size)).map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  }

  /** Somebody with access to the database changes it. */
  async function tamper(statement: string): Promise<void> {
    if (kind === 'sqlite') {
      const database = new DatabaseSync(databaseUrl.slice('sqlite:'.length));
      database.exec(statement);
      database.close();
      return;
    }
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  it('holds the whole chain of a request', async () => {
    const request = aRequest();
    await store.requests.accept(request);
    const found = { entities: { phone: 2 }, terms: { violence: 1 } };
    await store.pseudonyms.keep(request.id, { found, placeholders: {} });
    await began(store, anAttempt(request.id));
    await store.attempts.end(anAttempt(request.id), 1, {
      outcome: 'failed',
      costMicroUsd: 5,
      latencyMs: 31,
      error: { type: 'provider_timeout', message: 'secret words' },
    });
    await began(store, anAttempt(request.id, { attempt: 2 }));
    await store.attempts.end(anAttempt(request.id, { attempt: 2 }), 2, { ...succeeded, costMicroUsd: 7 });
    await began(store, anAttempt(request.id, { attempt: 3 }));
    await store.audit.append(settled(request.id));

    const [record] = (await all()) as unknown as RequestAudit[];
    expect(record).toEqual({
      type: 'request',
      request_id: request.id,
      run_id: 'run-1',
      tenant,
      principal: 'key_1',
      ip: '127.0.0.1',
      modality: 'chat',
      alias: 'auto',
      stream: true,
      policy: 'default',
      redacted: { phone: 2 },
      terms: { violence: 1 },
      attempts: [
        { outcome: 'failed', error_type: 'provider_timeout', latency_ms: 31, cost_usd: 0.000_005 },
        { outcome: 'succeeded', error_type: null, latency_ms: 812, cost_usd: 0.000_007 },
        { outcome: 'lost', error_type: null, latency_ms: null, cost_usd: 0 },
      ].map((attempt) => ({ ...attempt, deployment: 'light', started_at: expect.stringMatching(/^\d{4}-.*Z$/) })),
      deployment: 'light',
      outcome: 'completed',
      error_type: null,
      cost_usd: 0.000_012,
      request_hash: await store.vault.fingerprint({ requestId: request.id }, '{"model":"auto"}'),
      response_hash: await store.vault.fingerprint({ requestId: request.id }, answerJson),
      created_at: '2026-01-02T03:04:05.678Z',
      finished_at: '2026-01-02T03:04:09.000Z',
    });
    expect(record?.request_hash).toMatch(/^hmac-sha256:d:[0-9a-f]{24}:[0-9a-f]{64}$/);
  });

  it('holds one record of a run, however often it is written, and one of each run', async () => {
    const request = aRequest();
    await store.requests.accept(request);
    const failed = settled(request.id, { outcome: 'failed', error_type: 'provider_timeout', deployment: null });
    for (const run of [failed, failed]) await store.audit.append(run);
    await log.placeWaiting();
    for (const run of [failed, settled(request.id, { run_id: 'run-2' })]) await store.audit.append(run);
    expect((await all()).map(({ run_id: run, outcome }) => [run, outcome])).toEqual([
      ['run-1', 'failed'],
      ['run-2', 'completed'],
    ]);
  });

  it('keeps its records when their requests are forgotten', async () => {
    const request = aRequest();
    await store.requests.accept(request);
    await store.requests.settle({ requestId: request.id, runId: 'run-1', status: 'failed', finishedAt: new Date(0) });
    await store.audit.append(settled(request.id));
    const before = await all();
    expect(await store.purge(new Date())).toBe(1);
    expect(await all()).toEqual(before);
  });

  it('gives each record one place without gaps, however many processes place at once', async () => {
    const others = await Promise.all([1, 2].map(() => openStore({ databaseUrl, dataDir, cipher })));
    const stores = [store, ...others];
    const logs = await Promise.all(
      stores.map(async ({ audit }) => new AuditLog(audit, await openAuditSigner(audit, cipher, undefined))),
    );
    const ids = Array.from({ length: 150 }, (_, number) => `req_${number}`);
    await Promise.all([
      ...ids.flatMap((id) => stores.slice(0, 2).map(({ audit }) => audit.append(settled(id)))),
      ...logs.map((each) => each.placeWaiting()),
      ...logs.map((each) => each.placeWaiting()),
    ]);
    const checkpoint = await log.checkpoint();
    const entries = await log.entries(0, Number.MAX_SAFE_INTEGER);
    await Promise.all(others.map((other) => other.close()));

    expect(entries.map(({ index }) => index)).toEqual(ids.map((_, index) => index));
    expect(entries.map(({ text }) => (JSON.parse(text) as RequestAudit).request_id).toSorted()).toEqual(ids.toSorted());
    const tree = new TreeEdge();
    for (const { text } of entries) tree.append(leafHash(Buffer.from(text)));
    expect(openCheckpoint(checkpoint.note, signer)).toMatchObject({ size: 150, root: tree.root });
  });

  it('proves what it has signed', async () => {
    for (let number = 0; number < 37; number++) await store.audit.append(settled(`req_${number}`));
    const { size } = await log.checkpoint();
    const hashes = (await log.entries(0, size)).map(({ leafHash: hash }) => hash);
    const rangeRoot = (from: number, to: number) => {
      const tree = new TreeEdge();
      for (const hash of hashes.slice(from, to)) tree.append(hash);
      return tree.root;
    };
    expect(await log.inclusionProof(5, size)).toEqual([
      rangeRoot(4, 5),
      rangeRoot(6, 8),
      rangeRoot(0, 4),
      rangeRoot(8, 16),
      rangeRoot(16, 32),
      rangeRoot(32, 37),
    ]);
    expect(await log.consistencyProof(32, size)).toEqual([rangeRoot(32, 37)]);
    expect(rootOf([rangeRoot(0, 32), rangeRoot(32, 37)])).toEqual(rangeRoot(0, 37));
  });

  it('places the record of an action when that has ended, or cannot any more', async () => {
    const action = { type: 'admin', id: 'a', action: 'key.created', target: null, error_type: null } as const;
    const actor = { tenant, principal: 'key_2', ip: '::1', at: '2026-03-01T00:00:00.000Z' };
    const begun = { ...action, ...actor, outcome: 'unknown' } as const;
    await store.audit.begin(begun, new Date(Date.now() + 60_000));
    expect(await all()).toEqual([]);
    await store.audit.end({ ...begun, outcome: 'done', target: 'key_9' });
    expect(await all()).toEqual([{ ...begun, outcome: 'done', target: 'key_9' }]);
    await store.audit.begin({ ...begun, id: 'b' }, new Date(Date.now() - 1));
    expect((await all())[1]).toEqual({ ...begun, id: 'b' });
    await store.audit.end({ ...begun, outcome: 'refused' });
    expect((await all())[0]).toMatchObject({ outcome: 'done' });
  });

  it('finds records by what is asked for, newest first', async () => {
    const request = aRequest();
    await store.requests.accept(request);
    await store.audit.append(settled(request.id));
    await store.audit.append(
      settled('req_2', { tenant: 'other', outcome: 'failed', finished_at: '2026-02-01T00:00:00.000Z' }),
    );
    const actor = { tenant, principal: 'key_2', ip: '::1', at: '2026-03-01T00:00:00.000Z' };
    await store.audit.append({
      type: 'admin',
      id: 'a',
      action: 'key.created',
      target: 'key_9',
      outcome: 'done',
      error_type: null,
      ...actor,
    });
    await log.placeWaiting();
    const found = async (filter: Parameters<AuditLog['find']>[0], before = 99, limit = 99) =>
      (await log.find(filter, before, limit)).map(({ index }) => index);
    expect(await found({})).toEqual([2, 1, 0]);
    expect(await found({}, 2)).toEqual([1, 0]);
    expect(await found({}, 99, 1)).toEqual([2]);
    expect(await found({ tenant })).toEqual([2, 0]);
    expect(await found({ principal: 'key_1' })).toEqual([0]);
    expect(await found({ outcome: 'failed' })).toEqual([1]);
    expect(await found({ action: 'key.created' })).toEqual([2]);
    expect(await found({ requestId: request.id })).toEqual([0]);
    expect(await found({ from: new Date('2026-02-01'), to: new Date('2026-03-01') })).toEqual([1]);
  });

  describe('changed from outside', () => {
    beforeEach(async () => {
      for (let number = 0; number < 40; number++) await store.audit.append(settled(`req_${number}`));
      await log.placeWaiting();
      await store.audit.append(settled('req_late'));
    });

    it.each([
      [
        'hashes',
        `update audit_entries set hashes = (select hashes from audit_entries where leaf_index = 15) where leaf_index = 31`,
      ],
      ['size', 'update audit_log set size = 39'],
      [
        'newest checkpoint',
        `update audit_checkpoints set note = replace(note, 'signed 2', 'signed 1') where size = 40`,
      ],
      ['checkpoints gone', 'delete from audit_checkpoints'],
      ['end gone', 'delete from audit_entries where leaf_index = 39'],
    ])('in its %s, it is not signed any more, and loses nothing', async (_, statement) => {
      await tamper(statement);
      expect(await rejectionOf(log.placeWaiting())).toBe('internal_error');
      expect((await store.audit.waiting(9)).map(({ key }) => key)).toEqual(['request/req_late/run-1']);
    });

    it('back to an earlier state, it is not signed by a process that saw the later one', async () => {
      await tamper(
        `delete from audit_checkpoints where size > 32; delete from audit_entries where leaf_index >= 32;
         update audit_log set size = 32;`,
      );
      expect(await rejectionOf(log.placeWaiting())).toBe('internal_error');
    });
  });

  describe('its key', () => {
    it('is the same for every process, and after each start', async () => {
      const again = await Promise.all([1, 2, 3].map(() => openAuditSigner(store.audit, cipher, undefined)));
      expect(new Set([signer, ...again].map(({ keyId }) => keyId.toString('hex'))).size).toBe(1);
    });

    it('does not open without the payload keys of the database', async () => {
      expect(await rejectionOf(openAuditSigner(store.audit, aCipher(), undefined))).toBe('encryption_failed');
    });

    it('is refused from a setting where the log was begun without', async () => {
      const key = Buffer.alloc(32, 1).toString('base64');
      expect(await rejectionOf(openAuditSigner(store.audit, cipher, key))).toBe('encryption_failed');
    });
  });

  it('is signed with AUDIT_SIGNING_KEY where that is set, by nobody without it', async () => {
    await tamper('delete from audit_log');
    const key = Buffer.alloc(32, 1).toString('base64');
    const first = await openAuditSigner(store.audit, cipher, key);
    expect((await openAuditSigner(store.audit, cipher, key)).keyId).toEqual(first.keyId);
    for (const other of [undefined, Buffer.alloc(32, 2).toString('base64'), 'short']) {
      expect(await rejectionOf(openAuditSigner(store.audit, cipher, other))).toBe('encryption_failed');
    }
  });
});
