import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noFigures } from '../../../domain/routing/figures.ts';
import type { Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import {
  aCipher,
  aRequest,
  aRoute,
  anAttempt,
  answerJson,
  began,
  chunks,
  rejectionOf,
  succeeded,
  tenant,
} from '../../support/store-fixtures.ts';

const source = findPostgres();
if (source.kind === 'none') console.warn(`The store is not tested on PostgreSQL: ${source.reason}.`);

const finishedAt = new Date('2026-01-02T03:05:00.000Z');

/** The end of a run that answered with its first attempt. */
function completed(requestId: string, runId = 'run-1') {
  return {
    requestId,
    runId,
    status: 'completed',
    finishedAt,
    answeredBy: { attempt: 1, deployment: 'light' },
  } as const;
}

function dayOfMarch(day: number): Date {
  return new Date(Date.UTC(2026, 2, day));
}

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])('the store on %s', (kind) => {
  const cipher = aCipher();
  let server: PostgresServer | undefined;
  let dataDir: string;
  let databaseUrl: string;
  let store: Store;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-store-'));
    if (kind === 'postgres' && source.kind !== 'none') server = await startPostgres(source);
    databaseUrl = server ? await server.createDatabase() : `sqlite:${join(dataDir, 'test.db')}`;
    store = await openStore({ databaseUrl, dataDir, cipher });
  }, 60_000);

  afterAll(async () => {
    await store?.close();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('keeps what stands for what in a request sealed, the last word of a repeated step, and counts in its record', async () => {
    const id = await accepted();
    expect(await store.pseudonyms.ofRequest(id)).toEqual({});
    const found = { entities: { person: 2 }, terms: { violence: 1 } };
    await store.pseudonyms.keep(id, { found: { entities: {}, terms: {} }, placeholders: { PERSON_ba: 'A' } });
    await store.pseudonyms.keep(id, { found, placeholders: { PERSON_bo: '王小明' } });
    expect(await store.pseudonyms.ofRequest(id)).toEqual({ PERSON_bo: '王小明' });
    expect(await store.requests.get(tenant, id)).toMatchObject({ found });
    await store.pseudonyms.keep(id, { found, placeholders: {} });
    expect(await store.pseudonyms.ofRequest(id)).toEqual({});
  });

  async function accepted(changes = {}): Promise<string> {
    const request = aRequest(changes);
    await store.requests.accept(request);
    return request.id;
  }

  async function answered(requestId: string, runId = 'run-1'): Promise<void> {
    const turn = await began(store, anAttempt(requestId, { runId }));
    const ordinal = turn.kind === 'mine' ? turn.ordinal : 0;
    await store.attempts.end(anAttempt(requestId, { runId }), ordinal, succeeded);
  }

  describe('accepting', () => {
    it('writes a queued record that its owner reads back', async () => {
      const request = aRequest();
      const { created, record } = await store.requests.accept(request);
      expect(created).toBe(true);
      expect(await store.requests.get(tenant, request.id)).toEqual(record);
      expect(record).toEqual({
        id: request.id,
        tenant,
        modality: 'chat',
        alias: 'auto',
        stream: true,
        status: 'queued',
        createdAt: request.createdAt,
        attempts: [],
        costMicroUsd: 0,
      });
    });

    it('returns what stands there for a known id and changes nothing', async () => {
      const request = aRequest();
      await store.requests.accept(request);
      await store.requests.begin(request.id, 'run-1');
      const again = await store.requests.accept({ ...request, bodyHash: 'b'.repeat(64), alias: 'other' });
      expect(again).toMatchObject({
        created: false,
        bodyHash: 'a'.repeat(64),
        record: { alias: 'auto', status: 'in_progress' },
      });
    });

    it('finds what was accepted, with its body and its route, for its own tenant only', async () => {
      const request = aRequest({ route: aRoute });
      await store.requests.accept(request);
      await store.requests.begin(request.id, 'run-1');
      expect(await store.requests.accepted(tenant, request.id)).toMatchObject({
        bodyHash: 'a'.repeat(64),
        record: { status: 'in_progress', runId: 'run-1', route: aRoute },
      });
      expect(await store.requests.accepted('other', request.id)).toBeUndefined();
    });

    it('refuses an id that another tenant has, without telling anything about it', async () => {
      const request = aRequest();
      await store.requests.accept(request);
      expect(await rejectionOf(store.requests.accept({ ...request, tenant: 'other' }))).toBe('conflict');
    });

    it('creates one record when several connections accept the same id at once', async () => {
      const others = await Promise.all([1, 2, 3].map(() => openStore({ databaseUrl, dataDir, cipher })));
      const request = aRequest();
      const connections = [store, ...others];
      const results = await Promise.all(
        Array.from({ length: 12 }, () => connections.map(({ requests }) => requests.accept(request))).flat(),
      );
      expect(results.filter((result) => result.created)).toHaveLength(1);
      await Promise.all(others.map((other) => other.close()));
    });
  });

  describe('reading', () => {
    it('shows a record, its result and its place in lists to its own tenant only', async () => {
      const id = await accepted();
      await answered(id);
      await store.requests.settle(completed(id));
      expect(await store.requests.get('other', id)).toBeUndefined();
      expect(await store.requests.result('other', id)).toBeUndefined();
      expect(await store.requests.list('other', { limit: 10 })).toEqual([]);
      expect(await store.requests.get(tenant, 'unknown')).toBeUndefined();
    });

    it('lists newest first, older than a time, of one status, with attempts', async () => {
      const owner = `lister-${kind}`;
      const ids = [1, 2, 3].map((day) => `${owner}:${day}`);
      for (const [index, id] of ids.entries()) await accepted({ id, tenant: owner, createdAt: dayOfMarch(index + 1) });
      await answered(`${owner}:2`);
      const list = async (options: Parameters<Store['requests']['list']>[1]) =>
        (await store.requests.list(owner, options)).map(({ id }) => id);
      expect(await list({ limit: 2 })).toEqual([`${owner}:3`, `${owner}:2`]);
      expect(await list({ limit: 5, before: dayOfMarch(3) })).toEqual([`${owner}:2`, `${owner}:1`]);
      await store.requests.begin(`${owner}:1`, 'run-1');
      expect(await list({ limit: 5, status: 'in_progress' })).toEqual([`${owner}:1`]);
      const [, second] = await store.requests.list(owner, { limit: 2 });
      expect(second?.attempts).toHaveLength(1);
    });
  });

  it.each(["' or '1'='1", '%', '_'.repeat(8), "x'; drop table requests; --", '\\', '*'])(
    'takes %j for a name like any other',
    async (name) => {
      const id = await accepted({ id: `${name}:1`, tenant: name, alias: name, principal: name });
      const mine = await accepted();
      expect(await store.requests.get(name, mine)).toBeUndefined();
      expect(await store.requests.get(tenant, name)).toBeUndefined();
      expect(await store.requests.get(tenant, id)).toBeUndefined();
      expect((await store.requests.list(name, { limit: 10 })).map((record) => record.id)).toEqual([id]);
      expect(await store.requests.get(name, id)).toMatchObject({ alias: name });
    },
  );

  describe('attempts', () => {
    it('answer a repeated step with the stored end instead of a new try', async () => {
      const id = await accepted();
      await answered(id);
      const again = await began(store, anAttempt(id));
      expect(again).toEqual({ kind: 'ended', end: succeeded });
      expect((await store.requests.get(tenant, id))?.attempts).toHaveLength(1);
    });

    it('become lost when their process died, and the step is tried anew', async () => {
      const id = await accepted();
      expect(await began(store, anAttempt(id))).toEqual({ kind: 'mine', ordinal: 1 });
      const running = await began(store, anAttempt(id));
      expect(running).toEqual({ kind: 'elsewhere', ordinal: 1, beat: 0 });
      expect(await began(store, anAttempt(id), { ordinal: 1, beat: 0 })).toEqual({ kind: 'mine', ordinal: 2 });
      await store.attempts.end(anAttempt(id), 2, succeeded);
      const record = await store.requests.get(tenant, id);
      expect(record?.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'succeeded']);
      expect(record?.costMicroUsd).toBe(succeeded.costMicroUsd);
    });

    it('end once', async () => {
      const id = await accepted();
      await answered(id);
      await store.attempts.end(anAttempt(id), 1, { outcome: 'failed', costMicroUsd: 7, latencyMs: 1 });
      expect((await store.requests.get(tenant, id))?.attempts).toEqual([
        { deployment: 'light', outcome: 'succeeded', latencyMs: 812, costMicroUsd: succeeded.costMicroUsd },
      ]);
    });

    it('keep why they failed', async () => {
      const id = await accepted();
      const error = {
        type: 'provider_rate_limited',
        message: 'slow down',
        retryAfterMs: 1_500,
        providerStatus: 429,
      } as const;
      const end = { outcome: 'failed', costMicroUsd: 0, latencyMs: 20, error } as const;
      await began(store, anAttempt(id));
      await store.attempts.end(anAttempt(id), 1, end);
      expect(await began(store, anAttempt(id))).toEqual({ kind: 'ended', end });
      expect((await store.requests.get(tenant, id))?.attempts[0]?.errorType).toBe('provider_rate_limited');
    });

    it('cannot end where they never began', async () => {
      const id = await accepted();
      expect(await rejectionOf(store.attempts.end(anAttempt(id), 1, succeeded))).toBe('not_found');
    });

    it("are one process's to do when two repeat a step at once", async () => {
      const id = await accepted();
      const other = await openStore({ databaseUrl, dataDir, cipher });
      const turns = await Promise.all([store, other, store, other].map((each) => began(each, anAttempt(id))));
      expect(turns.map((turn) => turn.kind).toSorted()).toEqual(['elsewhere', 'elsewhere', 'elsewhere', 'mine']);
      const givenUp = { ordinal: 1, beat: 0 };
      const taken = await Promise.all([store, other].map((each) => began(each, anAttempt(id), givenUp)));
      await other.close();
      expect(taken.map((turn) => turn.kind).toSorted()).toEqual(['elsewhere', 'mine']);
      const outcomes = (await store.requests.get(tenant, id))?.attempts.map(({ outcome }) => outcome);
      expect(outcomes).toEqual(['lost', 'in_progress']);
    });

    it('cannot be taken over while their process says that they go on', async () => {
      const id = await accepted();
      await began(store, anAttempt(id));
      await store.attempts.renew(anAttempt(id), 1, 0);
      const turn = await began(store, anAttempt(id), { ordinal: 1, beat: 0 });
      expect(turn).toEqual({ kind: 'elsewhere', ordinal: 1, beat: 1 });
    });

    it('refuse the process they were taken from', async () => {
      const id = await accepted();
      await began(store, anAttempt(id));
      await began(store, anAttempt(id), { ordinal: 1, beat: 0 });
      expect(await rejectionOf(store.attempts.renew(anAttempt(id), 1, 0))).toBe('conflict');
      expect(await rejectionOf(store.attempts.end(anAttempt(id), 1, succeeded))).toBe('conflict');
      await store.attempts.end(anAttempt(id), 2, succeeded);
      const outcomes = (await store.requests.get(tenant, id))?.attempts.map(({ outcome }) => outcome);
      expect(outcomes).toEqual(['lost', 'succeeded']);
    });
  });

  describe('settling', () => {
    it('gives the answer of the attempt that it names', async () => {
      const id = await accepted();
      await store.requests.begin(id, 'run-1');
      await answered(id);
      await store.requests.settle(completed(id));
      expect(await store.requests.result(tenant, id)).toBe(answerJson);
      expect(await store.requests.get(tenant, id)).toMatchObject({
        status: 'completed',
        finishedAt,
        deployment: 'light',
        usage: succeeded.usage,
        costMicroUsd: succeeded.costMicroUsd,
      });
    });

    it('happens once a run', async () => {
      const id = await accepted();
      await answered(id);
      await store.requests.settle(completed(id));
      await store.requests.settle({ requestId: id, runId: 'run-1', status: 'failed', finishedAt: new Date() });
      await store.requests.begin(id, 'run-1');
      expect(await store.requests.get(tenant, id)).toMatchObject({ status: 'completed', finishedAt });
    });

    it('of a later run replaces the outcome, and an earlier run that comes late changes nothing', async () => {
      const id = await accepted();
      const error = { type: 'provider_timeout', message: 'too slow' } as const;
      await store.requests.begin(id, 'run-1');
      await store.requests.settle({ requestId: id, runId: 'run-1', status: 'failed', finishedAt, error });
      expect(await store.requests.get(tenant, id)).toMatchObject({ status: 'failed', error });

      await store.requests.begin(id, 'run-2');
      const reopened = await store.requests.get(tenant, id);
      expect(reopened).toMatchObject({ status: 'in_progress', runId: 'run-2' });
      expect(reopened).not.toHaveProperty('error');
      await store.requests.begin(id, 'run-1');
      await store.requests.settle({ requestId: id, runId: 'run-1', status: 'cancelled', finishedAt });
      expect(await store.requests.get(tenant, id)).toMatchObject({ status: 'in_progress', runId: 'run-2' });

      await answered(id, 'run-2');
      await store.requests.settle(completed(id, 'run-2'));
      expect(await store.requests.result(tenant, id)).toBe(answerJson);
    });

    it('of a reset run finds the answer in the run that it was cut from', async () => {
      const id = await accepted();
      await store.requests.begin(id, 'run-1');
      await answered(id, 'run-1');
      await store.requests.settle(completed(id, 'run-2'));
      expect(await store.requests.result(tenant, id)).toBe(answerJson);
    });

    it('shows a try that nobody ended as lost', async () => {
      const id = await accepted();
      await began(store, anAttempt(id));
      await store.requests.settle({ requestId: id, runId: 'run-1', status: 'cancelled', finishedAt });
      expect((await store.requests.get(tenant, id))?.attempts[0]?.outcome).toBe('lost');
    });

    it('refuses a request that is not there', async () => {
      expect(await rejectionOf(store.requests.settle(completed('unknown')))).toBe('not_found');
      expect(await rejectionOf(store.requests.begin('unknown', 'run-1'))).toBe('not_found');
    });
  });

  describe('the sweeper', () => {
    it('finds what no run has taken over, and gives up only that', async () => {
      const createdAt = new Date('2020-01-01T00:00:00Z');
      const [waiting, running] = [await accepted({ createdAt }), await accepted({ createdAt })];
      await store.requests.begin(running, 'run-1');
      const found = await store.requests.queued(new Date('2020-01-02T00:00:00Z'), 10);
      expect(found.map(({ id }) => id)).toEqual([waiting]);
      const error = { type: 'internal_error', message: 'never started' } as const;
      for (const id of [waiting, running]) await store.requests.abandon(id, error, finishedAt);
      expect(await store.requests.get(tenant, waiting)).toMatchObject({ status: 'failed', error });
      expect(await store.requests.get(tenant, running)).toMatchObject({ status: 'in_progress' });
    });

    it('queues an abandoned request again, as long as no run has taken it over', async () => {
      const [abandoned, taken] = [await accepted(), await accepted()];
      const error = { type: 'not_ready', message: 'never started' } as const;
      await store.requests.abandon(abandoned, error, finishedAt);
      await store.requests.begin(taken, 'run-1');
      await store.requests.settle({ ...completed(taken), status: 'failed', error });
      for (const id of [abandoned, taken]) await store.requests.requeue(id);
      const queued = await store.requests.get(tenant, abandoned);
      expect(queued).toMatchObject({ status: 'queued' });
      expect(queued).not.toHaveProperty('error');
      expect(queued).not.toHaveProperty('finishedAt');
      expect(await store.requests.get(tenant, taken)).toMatchObject({ status: 'failed', error });
    });

    it('purges finished requests with all they left, and no others', async () => {
      const old = await accepted();
      await answered(old);
      await store.events.append(old, chunks(1, 3));
      await store.requests.settle({ ...completed(old), finishedAt: new Date('2019-06-01T00:00:00Z') });
      const running = await accepted({ createdAt: new Date('2019-01-01T00:00:00Z') });
      expect(await store.purge(new Date('2019-12-31T00:00:00Z'))).toBe(1);
      expect(await store.requests.get(tenant, old)).toBeUndefined();
      expect(await store.events.read(old, 0, 10)).toEqual([]);
      expect(await store.requests.get(tenant, running)).toBeDefined();
    });
  });

  describe('the event log', () => {
    it('gives events back in order, after a number, by pages', async () => {
      const id = await accepted();
      await store.events.append(id, [{ seq: 1, kind: 'attempt', deployment: 'light', attempt: 1 }]);
      await store.events.append(id, chunks(2, 5));
      await store.events.append(id, chunks(6, 6));
      expect((await store.events.read(id, 0, 100)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await store.events.read(id, 3, 2)).toEqual(chunks(4, 5));
      expect(await store.events.read(id, 6, 10)).toEqual([]);
      expect(await store.events.read('unknown', 0, 10)).toEqual([]);
    });

    it('takes more events at once than a row holds', async () => {
      const id = await accepted();
      await store.events.append(id, chunks(1, 600));
      expect(await store.events.read(id, 250, 300)).toEqual(chunks(251, 550));
    });

    it.each([
      ['repeats the last number', 3, 3],
      ['repeats a number inside an earlier write', 2, 2],
      ['overlaps the end', 3, 5],
      ['leaves a gap', 5, 6],
    ])('refuses a write that %s, and writes nothing of it', async (_, from, to) => {
      const id = await accepted();
      await store.events.append(id, chunks(1, 3));
      expect(await rejectionOf(store.events.append(id, chunks(from, to)))).toBe('conflict');
      expect(await store.events.read(id, 0, 10)).toEqual(chunks(1, 3));
    });

    it('lets one of several writers of the same numbers through', async () => {
      const id = await accepted();
      const other = await openStore({ databaseUrl, dataDir, cipher });
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          rejectionOf([store, other][index % 2]!.events.append(id, chunks(1, 1 + index))),
        ),
      );
      await other.close();
      expect(outcomes.toSorted()).toEqual([...Array<string>(9).fill('conflict'), 'resolved']);
      const seqs = (await store.events.read(id, 0, 100)).map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    });
  });

  describe('opening', () => {
    it('by several at once migrates an empty database once', async () => {
      const fresh = server ? await server.createDatabase() : `sqlite:${join(dataDir, 'fresh.db')}`;
      const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({ databaseUrl: fresh, dataDir, cipher })));
      expect(await Promise.all(stores.map((opened) => rejectionOf(opened.ping())))).toEqual(Array(4).fill('resolved'));
      await Promise.all(stores.map((opened) => opened.close()));
    });

    it('stops where the keys are not those of the database', async () => {
      expect(await rejectionOf(openStore({ databaseUrl, dataDir, cipher: aCipher() }))).toBe('encryption_failed');
    });
  });

  if (kind === 'postgres' && source.kind === 'binaries') {
    it('is not ready while the server is away, and heals without a restart', async () => {
      const id = await accepted();
      const whileAway: string[] = [];
      await server?.crashAndRestart?.(async () => {
        whileAway.push(await rejectionOf(store.ping()), await rejectionOf(store.requests.accept(aRequest())));
      });
      expect(whileAway).toEqual(['not_ready', 'not_ready']);
      await store.ping();
      expect(await store.requests.get(tenant, id)).toBeDefined();
    });
  }

  describe('the state of deployments', () => {
    it('comes back as it was kept last, drains apart from figures', async () => {
      const figures = {
        ...noFigures,
        calls: 3,
        errors: { provider_timeout: { count: 2, lastAtMs: 1_700_000_000_000 } },
      };
      await store.deployments.setDrained('large', true, new Date());
      await store.deployments.keep(
        [
          ['light', noFigures],
          ['large', noFigures],
        ],
        new Date(),
      );
      await store.deployments.keep([['light', figures]], new Date());
      const kept = await store.deployments.read();
      expect(kept.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
        { name: 'large', drained: true, figures: noFigures },
        { name: 'light', drained: false, figures },
      ]);
      await store.deployments.setDrained('large', true, new Date());
      expect(await store.deployments.drained()).toEqual(['large']);
      await store.deployments.setDrained('large', false, new Date());
      expect(await store.deployments.drained()).toEqual([]);
    });
  });
});
