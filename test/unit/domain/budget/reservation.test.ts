import { SpendingExperience } from '../../../../domain/budget/experience.ts';
import { type Account, type CostEstimate, firstPlan, planReservation } from '../../../../domain/budget/reservation.ts';

const untouched: Account = { limitMicroUsd: 10_000, spentMicroUsd: 0, reservedMicroUsd: 0, openRequests: 0 };
const estimate: CostEstimate = { worstMicroUsd: 1_000, predictedMicroUsd: 100, leastMicroUsd: 20 };
const unlimited = Number.MAX_SAFE_INTEGER;

function plan(account: Partial<Account>, changes: Partial<CostEstimate> = {}) {
  return planReservation([{ ...untouched, ...account }], { ...estimate, ...changes });
}

describe('planReservation', () => {
  it('sets the worst case aside where it fits', () => {
    expect(plan({}, { experiencedMicroUsd: 50 })).toEqual({
      kind: 'reserve',
      amountMicroUsd: 1_000,
      maxOpenRequests: [unlimited],
    });
  });

  it('sets more aside where requests of the kind have cost more than their worst case', () => {
    expect(plan({}, { experiencedMicroUsd: 1_500 })).toMatchObject({ amountMicroUsd: 1_500 });
  });

  it('refuses what no refund can make room for', () => {
    expect(plan({ spentMicroUsd: 9_981, reservedMicroUsd: 19, openRequests: 1 })).toEqual({
      kind: 'refuse',
      account: 0,
    });
    expect(plan({ spentMicroUsd: 9_960 }, { experiencedMicroUsd: 50 })).toEqual({ kind: 'refuse', account: 0 });
    expect(plan({ limitMicroUsd: 900 }, { leastMicroUsd: 1_000 })).toEqual({ kind: 'refuse', account: 0 });
  });

  it('waits while others hold what they will give back', () => {
    expect(plan({ reservedMicroUsd: 9_950, openRequests: 9 }, { experiencedMicroUsd: 50 })).toEqual({ kind: 'wait' });
  });

  it('gives a few times the expected cost where the worst case no longer fits', () => {
    const tight = { reservedMicroUsd: 9_500, openRequests: 9 };
    expect(plan(tight, { experiencedMicroUsd: 50 })).toMatchObject({ kind: 'reserve', amountMicroUsd: 200 });
    expect(plan(tight, { predictedMicroUsd: 10 })).toMatchObject({ kind: 'reserve', amountMicroUsd: 160 });
  });

  it('gives the last request all that is left, alone', () => {
    expect(plan({ spentMicroUsd: 9_940 }, { experiencedMicroUsd: 50 })).toEqual({
      kind: 'reserve',
      amountMicroUsd: 60,
      maxOpenRequests: [1],
    });
  });

  it('lets only some in at a time until the kind is known, unless there is plenty', () => {
    expect(firstPlan(1, estimate).maxOpenRequests).toEqual([16]);
    const busy = { reservedMicroUsd: 3_000, openRequests: 16 };
    expect(plan(busy, { predictedMicroUsd: 1_000 })).toEqual({ kind: 'wait' });
    expect(plan({ ...busy, limitMicroUsd: 1_000_000 })).toMatchObject({ kind: 'reserve', maxOpenRequests: [62] });
  });

  it('asks every account, and is alone only where money is short', () => {
    const short: Account = { limitMicroUsd: 100, spentMicroUsd: 0, reservedMicroUsd: 0, openRequests: 0 };
    const wide: Account = { ...untouched, openRequests: 40 };
    const known = { ...estimate, experiencedMicroUsd: 50 };
    expect(planReservation([wide, short], known)).toEqual({
      kind: 'reserve',
      amountMicroUsd: 100,
      maxOpenRequests: [unlimited, 1],
    });
    expect(planReservation([wide, { ...short, spentMicroUsd: 60 }], known)).toEqual({ kind: 'refuse', account: 1 });
  });
});

/** 200 equal requests at once, each let in, refused or kept waiting by plan until all have ended. */
function race(limitMicroUsd: number, costMicroUsd: number, each: CostEstimate) {
  const experience = new SpendingExperience();
  const account: Account = { limitMicroUsd, spentMicroUsd: 0, reservedMicroUsd: 0, openRequests: 0 };
  const open: number[] = [];
  let waiting = 200;
  let answered = 0;
  let rounds = 0;
  let highestMicroUsd = 0;
  while (waiting > 0 || open.length > 0) {
    rounds++;
    for (let next = 'reserve'; waiting > 0 && next !== 'wait';) {
      const experiencedMicroUsd = experience.expectedMicroUsd('auto', each.worstMicroUsd);
      const planned = planReservation([account], {
        ...each,
        ...(experiencedMicroUsd !== undefined && { experiencedMicroUsd }),
      });
      next = planned.kind;
      if (planned.kind !== 'wait') waiting--;
      if (planned.kind !== 'reserve') continue;
      account.reservedMicroUsd += planned.amountMicroUsd;
      account.openRequests++;
      open.push(planned.amountMicroUsd);
    }
    for (const amountMicroUsd of open.splice(0)) {
      account.reservedMicroUsd -= amountMicroUsd;
      account.openRequests--;
      account.spentMicroUsd += costMicroUsd;
      answered++;
      experience.learn('auto', { worstMicroUsd: each.worstMicroUsd, costMicroUsd });
    }
    highestMicroUsd = Math.max(highestMicroUsd, account.spentMicroUsd);
  }
  return { answered, overMicroUsd: Math.max(0, highestMicroUsd - limitMicroUsd), rounds };
}

describe('200 requests at once on a budget for 50', () => {
  it.each([
    ['the worst case is the cost', 21, { worstMicroUsd: 21, predictedMicroUsd: 21, leastMicroUsd: 21 }, 4],
    [
      'the worst case is a hundred times the cost',
      21,
      { worstMicroUsd: 8_203, predictedMicroUsd: 611, leastMicroUsd: 13 },
      16,
    ],
    [
      'the worst case is a few times the cost',
      21,
      { worstMicroUsd: 211, predictedMicroUsd: 211, leastMicroUsd: 211 },
      24,
    ],
    [
      'the provider counts twice the worst case',
      2_000,
      { worstMicroUsd: 1_009, predictedMicroUsd: 309, leastMicroUsd: 1_009 },
      6,
    ],
    [
      'the provider counts five times the worst case',
      5_000,
      { worstMicroUsd: 1_009, predictedMicroUsd: 309, leastMicroUsd: 10 },
      6,
    ],
  ])('%s: 50 are answered', (_case, cost, each, mostRounds) => {
    const exact = race(50 * cost, cost, each);
    expect(exact).toMatchObject({ answered: 50, overMicroUsd: 0 });
    expect(exact.rounds).toBeLessThanOrEqual(mostRounds);
    expect(race(Math.floor(50.5 * cost), cost, each)).toMatchObject({ answered: 50, overMicroUsd: 0 });
  });
});
