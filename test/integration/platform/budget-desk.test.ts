import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BudgetDesk, type PaidRequest } from '../../../activities/budget-desk.ts';
import type { Budget } from '../../../domain/budget/budget.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { aCipher, anAttempt, aRequest, rejectionOf, succeeded } from '../../support/store-fixtures.ts';

const nowMs = Date.parse('2026-11-23T08:00:00Z');
let dataDir: string;
let store: Store;
let names = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-desk-'));
  store = await openStore({ databaseUrl: `sqlite:${join(dataDir, 'test.db')}`, dataDir, cipher: aCipher() });
});
afterAll(async () => {
  await store?.close();
  await rm(dataDir, { recursive: true, force: true });
});

const desk = () => new BudgetDesk({ accounts: store.accounts, now: () => nowMs });

function aTenant(...budgets: Budget[]): (changes?: Partial<PaidRequest>) => PaidRequest {
  const tenant = `tenant-${++names}`;
  return (changes = {}) => ({
    requestId: aRequest().id,
    tenant,
    kind: 'auto',
    estimate: { worstMicroUsd: 400, predictedMicroUsd: 100, leastMicroUsd: 400 },
    budgets: budgets.map((budget) => ({ ...budget, owner: { kind: 'tenant', name: tenant } })),
    patienceMs: 10_000,
    ...changes,
  });
}

/** The request ends, having cost so much. */
async function ended(requestId: string, costMicroUsd: number): Promise<void> {
  await store.requests.accept(aRequest({ id: requestId }));
  const key = anAttempt(requestId);
  const turn = await store.attempts.begin(key, { deployment: 'light', startedAt: new Date() });
  await store.attempts.end(key, turn.kind === 'mine' ? turn.ordinal : 0, { ...succeeded, costMicroUsd });
}

const day = (limitMicroUsd: number): Budget => ({ limitMicroUsd, period: 'day' });

describe('the budget desk', () => {
  it('reserves the worst case before a request, and once for its id', async () => {
    const request = aTenant(day(1_000));
    const one = request();
    const both = [desk(), desk()];
    expect(await both[0]?.reserve(one)).toEqual({ amountMicroUsd: 400, isNew: true });
    expect(await both[1]?.reserve(one)).toEqual({ amountMicroUsd: 400, isNew: false });
  });

  it('refuses at once what no refund can pay for, and says which budget and when it renews', async () => {
    const request = aTenant(day(10_000), { limitMicroUsd: 399, period: 'month' });
    const refusal = await desk()
      .reserve(request())
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ type: 'budget_exceeded' });
    expect(refusal).toBeInstanceOf(GatewayError);
    expect(String(refusal)).toContain('(0.000399 USD a month)');
    expect(String(refusal)).toContain('2026-12-01T00:00:00.000Z');
  });

  it('lets a request wait until another gives back what it did not need', async () => {
    const one = desk();
    const request = aTenant(day(500));
    const first = request();
    await one.reserve(first);
    const second = one.reserve(request());
    await ended(first.requestId, 100);
    await one.settle(first.requestId);
    expect(await second).toMatchObject({ isNew: true, amountMicroUsd: 400 });
  });

  it('hears of what another process gives back', async () => {
    const [here, there] = [desk(), desk()];
    const request = aTenant(day(500));
    const first = request();
    await there.reserve(first);
    const second = here.reserve(request());
    await there.settle(first.requestId);
    expect(await second).toMatchObject({ isNew: true });
  });

  it('refuses when the patience is over, and says to come back', async () => {
    const one = desk();
    const request = aTenant(day(500));
    await one.reserve(request());
    const late = one.reserve(request({ patienceMs: 0 })).catch((error: unknown) => error);
    expect(await late).toMatchObject({ type: 'budget_exceeded', info: { retryAfterMs: 1_000 } });
  });

  it('serves the requests of a tenant in the order in which they come', async () => {
    const one = desk();
    const request = aTenant(day(400));
    const requests = [request(), request(), request()];
    const served: number[] = [];
    const all = requests.map(async (each, index) => {
      await one.reserve(each);
      served.push(index);
      await one.settle(each.requestId);
    });
    await Promise.all(all);
    expect(served).toEqual([0, 1, 2]);
  });

  it('does not make one tenant wait for another', async () => {
    const one = desk();
    const busy = aTenant(day(400));
    const first = busy();
    await one.reserve(first);
    const waits = one.reserve(busy({ patienceMs: 300_000 }));
    expect(await one.reserve(aTenant(day(400))())).toMatchObject({ isNew: true });
    await one.settle(first.requestId);
    expect(await waits).toMatchObject({ isNew: true });
  });

  it.each([
    ['as much as the worst case', { worstMicroUsd: 21, predictedMicroUsd: 21, leastMicroUsd: 21 }],
    ['a hundredth of it', { worstMicroUsd: 8_203, predictedMicroUsd: 611, leastMicroUsd: 13 }],
    ['three times as much', { worstMicroUsd: 7, predictedMicroUsd: 7, leastMicroUsd: 7 }],
  ])('answers 50 of 200 requests at once that cost %s, and spends no more than the limit', async (_, estimate) => {
    const one = desk();
    const request = aTenant(day(50 * 21 + 20));
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const each = request({ estimate });
        const outcome = await rejectionOf(one.reserve(each));
        if (outcome !== 'resolved') return outcome;
        await ended(each.requestId, 21);
        await one.settle(each.requestId);
        return outcome;
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'resolved')).toHaveLength(50);
    expect(new Set(outcomes)).toEqual(new Set(['resolved', 'budget_exceeded']));
    const account = { budget: `tenant:${request().tenant}:day`, periodStartMs: Date.parse('2026-11-23T00:00:00Z') };
    expect(await store.accounts.read([account])).toEqual([
      { spentMicroUsd: 1_050, reservedMicroUsd: 0, openRequests: 0 },
    ]);
  });
});
