import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../../platform/store/contract.ts';
import type { PayingAccount } from '../../../platform/store/ledger-contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { aCipher, anAttempt, aRequest, began, succeeded } from '../../support/store-fixtures.ts';

const source = findPostgres();
if (source.kind === 'none') console.warn(`The ledger is not tested on PostgreSQL: ${source.reason}.`);

const finishedAt = new Date('2026-01-02T03:05:00.000Z');
const before = new Date('2026-01-02T00:00:00.000Z');
const after = new Date('2026-01-04T00:00:00.000Z');

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])('on %s', (kind) => {
  const cipher = aCipher();
  let server: PostgresServer | undefined;
  let dataDir: string;
  let store: Store;
  let names = 0;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-ledger-'));
    if (kind === 'postgres' && source.kind !== 'none') server = await startPostgres(source);
    const databaseUrl = server ? await server.createDatabase() : `sqlite:${join(dataDir, 'test.db')}`;
    store = await openStore({ databaseUrl, dataDir, cipher });
  }, 60_000);

  afterAll(async () => {
    await store?.close();
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  function account(changes: Partial<PayingAccount> = {}): PayingAccount {
    return {
      budget: `tenant:t${++names}:day`,
      periodStartMs: 0,
      limitMicroUsd: 1_000,
      maxOpenRequests: 99,
      ...changes,
    };
  }

  async function opened(changes: Partial<PayingAccount> = {}): Promise<PayingAccount> {
    const one = account(changes);
    await store.accounts.read([one]);
    return one;
  }

  const reserve = (requestId: string, amountMicroUsd: number, ...accounts: PayingAccount[]) =>
    store.accounts.reserve({ requestId, amountMicroUsd, accounts, reservedAt: new Date() });
  const stateOf = async (one: PayingAccount) => (await store.accounts.read([one]))[0];

  /** A request that one attempt answered. */
  async function answered(costMicroUsd: number, changes = {}, end: { at?: Date; deployment?: string } = {}) {
    const request = aRequest(changes);
    await store.requests.accept(request);
    await attempted(request.id, 1, costMicroUsd, end.deployment);
    await settled(request.id, 'run-1', end.at);
    return request.id;
  }

  async function attempted(requestId: string, attempt: number, costMicroUsd: number, deployment = 'light') {
    const key = anAttempt(requestId, { attempt });
    const turn = await store.attempts.begin(key, { deployment, startedAt: new Date() });
    await store.attempts.end(key, turn.kind === 'mine' ? turn.ordinal : 0, { ...succeeded, costMicroUsd });
  }

  async function settled(requestId: string, runId = 'run-1', at = finishedAt) {
    const answeredBy = { attempt: 1, deployment: 'light' };
    await store.requests.settle({ requestId, runId, status: 'completed', finishedAt: at, answeredBy });
  }

  describe('an account', () => {
    it('sets aside while there is room, to the last micro-USD, and not beyond', async () => {
      const one = await opened();
      expect(await reserve('a1', 600, one)).toEqual({ kind: 'reserved' });
      expect(await reserve('a2', 401, one)).toEqual({ kind: 'short' });
      expect(await reserve('a3', 400, one)).toEqual({ kind: 'reserved' });
      expect(await stateOf(one)).toEqual({ spentMicroUsd: 0, reservedMicroUsd: 1_000, openRequests: 2 });
    });

    it('never sets aside more than it has for requests at once', async () => {
      const one = await opened({ limitMicroUsd: 500 });
      const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => reserve(`race-${index}`, 10, one)));
      expect(outcomes.filter(({ kind: outcome }) => outcome === 'reserved')).toHaveLength(50);
      expect(await stateOf(one)).toEqual({ spentMicroUsd: 0, reservedMicroUsd: 500, openRequests: 50 });
    });

    it('sets aside once for a request that is accepted again', async () => {
      const one = await opened();
      await reserve('b1', 300, one);
      expect(await reserve('b1', 500, one)).toEqual({ kind: 'held', amountMicroUsd: 300 });
      expect(await stateOf(one)).toEqual({ spentMicroUsd: 0, reservedMicroUsd: 300, openRequests: 1 });
    });

    it('sets aside on all accounts or on none', async () => {
      const wide = await opened();
      const narrow = await opened({ limitMicroUsd: 100 });
      expect(await reserve('c1', 101, wide, narrow)).toEqual({ kind: 'short' });
      expect(await stateOf(wide)).toMatchObject({ reservedMicroUsd: 0, openRequests: 0 });
      expect(await store.accounts.reservation('c1')).toBeUndefined();
      expect(await reserve('c1', 100, wide, narrow)).toEqual({ kind: 'reserved' });
      expect(await stateOf(narrow)).toMatchObject({ reservedMicroUsd: 100 });
    });

    it('lets only so many requests be open', async () => {
      const one = await opened({ maxOpenRequests: 1 });
      await reserve('d1', 1, one);
      expect(await reserve('d2', 1, one)).toEqual({ kind: 'short' });
    });

    it('begins anew with each period', async () => {
      const one = await opened();
      await reserve('e1', 1_000, one);
      const next = { ...one, periodStartMs: 86_400_000 };
      expect(await stateOf(next)).toEqual({ spentMicroUsd: 0, reservedMicroUsd: 0, openRequests: 0 });
      expect(await reserve('e2', 1_000, next)).toEqual({ kind: 'reserved' });
    });
  });

  describe('settling', () => {
    it('charges the real cost once, and gives the rest back', async () => {
      const one = await opened();
      const request = aRequest();
      await reserve(request.id, 600, one);
      await store.requests.accept(request);
      await attempted(request.id, 1, 21);
      for (let times = 0; times < 3; times++) {
        expect(await store.accounts.settle(request.id)).toEqual({ costMicroUsd: 21 });
        expect(await stateOf(one)).toEqual({ spentMicroUsd: 21, reservedMicroUsd: 0, openRequests: 0 });
      }
      expect(await store.accounts.reservation(request.id)).toEqual({ amountMicroUsd: 600, isOpen: false });
    });

    it('charges what a later run adds, to the period that reserved for it', async () => {
      const one = await opened();
      const request = aRequest();
      await reserve(request.id, 600, one);
      await store.requests.accept(request);
      await attempted(request.id, 1, 21);
      await store.accounts.settle(request.id);
      const next = await opened({ ...one, periodStartMs: 86_400_000 });
      expect(await reserve(request.id, 600, next)).toEqual({ kind: 'reserved' });
      await attempted(request.id, 2, 30);
      expect(await store.accounts.settle(request.id)).toEqual({ costMicroUsd: 51 });
      expect(await stateOf(one)).toEqual({ spentMicroUsd: 21, reservedMicroUsd: 0, openRequests: 0 });
      expect(await stateOf(next)).toEqual({ spentMicroUsd: 30, reservedMicroUsd: 0, openRequests: 0 });
    });

    it('frees what a request that never began had set aside', async () => {
      const one = await opened();
      await reserve('never', 600, one);
      expect(await store.accounts.settle('never')).toEqual({ costMicroUsd: 0 });
      expect(await stateOf(one)).toEqual({ spentMicroUsd: 0, reservedMicroUsd: 0, openRequests: 0 });
    });

    it('does nothing for a request that no budget pays for', async () => {
      expect(await store.accounts.settle(await answered(21))).toBeUndefined();
    });

    it('charges once when two processes settle at once', async () => {
      const one = await opened();
      const request = aRequest();
      await reserve(request.id, 600, one);
      await store.requests.accept(request);
      await attempted(request.id, 1, 21);
      await Promise.all([1, 2, 3, 4].map(() => store.accounts.settle(request.id)));
      expect(await stateOf(one)).toEqual({ spentMicroUsd: 21, reservedMicroUsd: 0, openRequests: 0 });
    });

    it('lists for the sweeper what is set aside for nobody, oldest first', async () => {
      const one = await opened();
      for (const [requestId, ms] of [
        ['old', 2],
        ['older', 1],
        ['young', 9],
        ['done', 1],
      ] as const) {
        const reservation = { requestId, amountMicroUsd: 1, accounts: [one], reservedAt: new Date(ms) };
        await store.accounts.reserve(reservation);
      }
      await store.accounts.settle('done');
      const running = aRequest();
      await store.requests.accept(running);
      await store.accounts.reserve({
        requestId: running.id,
        amountMicroUsd: 1,
        accounts: [one],
        reservedAt: new Date(1),
      });
      expect(await store.accounts.stray(new Date(9), 10)).toEqual(['older', 'old']);
      for (const id of ['old', 'older', 'young']) await store.accounts.settle(id);
    });
  });

  const usage = (tenant: string, groups: Parameters<Store['ledger']['usage']>[0]['groups'] = []) =>
    store.ledger.usage({ from: before, to: after, groups, tenant });

  describe('the ledger', () => {
    it('sums what ended requests have cost, by what is asked for', async () => {
      const tenant = 'sums';
      const dayLater = new Date('2026-01-03T00:00:00.000Z');
      const ids = [
        await answered(21, { tenant }),
        await answered(30, { tenant, alias: 'large', principal: 'key_2' }, { deployment: 'large' }),
        await answered(7, { tenant }, { at: dayLater }),
      ];
      for (const id of ids) await store.ledger.enter(id);
      expect(await usage(tenant)).toEqual([
        { requests: 3, attempts: 3, inputTokens: 27, outputTokens: 12, costMicroUsd: 58 },
      ]);
      expect(await usage(tenant, ['day'])).toMatchObject([
        { day: '2026-01-02', requests: 2, costMicroUsd: 51 },
        { day: '2026-01-03', requests: 1, costMicroUsd: 7 },
      ]);
      expect(await usage(tenant, ['alias', 'deployment', 'key', 'tenant'])).toMatchObject([
        { alias: 'auto', deployment: 'light', key: 'key_1', tenant, costMicroUsd: 28 },
        { alias: 'large', deployment: 'large', key: 'key_2', tenant, costMicroUsd: 30 },
      ]);
    });

    it('enters each attempt of each run, and a repeated entry changes nothing', async () => {
      const tenant = 'runs';
      const id = await answered(21, { tenant });
      await store.ledger.enter(id);
      await store.ledger.enter(id);
      await attempted(id, 2, 9, 'large');
      await settled(id, 'run-2');
      await store.ledger.enter(id);
      expect(await usage(tenant, ['deployment'])).toMatchObject([
        { deployment: 'large', requests: 1, attempts: 1, costMicroUsd: 9 },
        { deployment: 'light', requests: 1, attempts: 1, costMicroUsd: 21 },
      ]);
      expect(await usage(tenant)).toMatchObject([{ requests: 1, attempts: 2, costMicroUsd: 30 }]);
    });

    it('has an entry without cost for a request that called nobody, and none for one that goes on', async () => {
      const tenant = 'silent';
      const refused = aRequest({ tenant });
      await store.requests.accept(refused);
      await store.requests.settle({ requestId: refused.id, runId: 'run-1', status: 'failed', finishedAt });
      const running = aRequest({ tenant });
      await store.requests.accept(running);
      await began(store, anAttempt(running.id));
      for (const { id } of [refused, running]) await store.ledger.enter(id);
      expect(await usage(tenant, ['deployment'])).toMatchObject([{ deployment: '', requests: 1, costMicroUsd: 0 }]);
    });

    it('catches up on requests that have ended and were not entered', async () => {
      const tenant = 'behind';
      await answered(21, { tenant });
      await answered(21, { tenant }, { at: new Date('2026-01-02T00:00:00.000Z') });
      expect(await store.ledger.enterMissing(new Date('2026-01-02T00:00:00.001Z'))).toBeGreaterThanOrEqual(1);
      expect(await usage(tenant)).toMatchObject([{ requests: 1, costMicroUsd: 21 }]);
      expect(await store.ledger.enterMissing(new Date('2026-01-02T00:00:00.001Z'))).toBe(0);
    });

    it('outlives the requests', async () => {
      const tenant = 'forgotten';
      const id = await answered(21, { tenant });
      await store.ledger.enter(id);
      await store.purge(new Date('2026-01-02T03:05:00.001Z'));
      expect(await store.requests.get(tenant, id)).toBeUndefined();
      expect(await usage(tenant)).toMatchObject([{ requests: 1, costMicroUsd: 21 }]);
    });

    it('counts to large sums exactly', async () => {
      const tenant = 'large';
      for (let times = 0; times < 3; times++) {
        await store.ledger.enter(await answered(2_000_000_000_000_001, { tenant }));
      }
      expect(await usage(tenant)).toMatchObject([{ costMicroUsd: 6_000_000_000_000_003 }]);
    });
  });
});
