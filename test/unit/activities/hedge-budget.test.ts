import { createHedgeBudget } from '../../../activities/hedge-budget.ts';

/** How many of so many requests got a second call. */
function hedged(requests: number, maxShare: number, budget = createHedgeBudget(), alias = 'auto'): number {
  let taken = 0;
  for (let each = 0; each < requests; each++) {
    budget.count(alias);
    if (budget.take(alias, maxShare)) taken += 1;
  }
  return taken;
}

describe('the budget of second calls', () => {
  it.each([
    [1, 0.1, 1],
    [10, 0.1, 1],
    [100, 0.1, 10],
    [100, 0.5, 50],
    [100, 1, 100],
  ])('gives %i requests a share of %d: %i', (requests, share, expected) => {
    expect(hedged(requests, share)).toBe(expected);
  });

  it('keeps to the share for long', () => {
    expect(hedged(20_000, 0.1)).toBeLessThanOrEqual(2_000);
    expect(hedged(20_000, 0.1)).toBeGreaterThan(1_900);
  });

  it('is one for each alias', () => {
    const budget = createHedgeBudget();
    expect(hedged(10, 0.1, budget, 'one')).toBe(1);
    expect(hedged(10, 0.1, budget, 'two')).toBe(1);
  });
});
