/** Keeps second calls to a share of an alias' requests, in this process. */
export interface HedgeBudget {
  /** A request that may be given a second call has begun. */
  count(alias: string): void;
  /** Takes one second call, if there is one left. */
  take(alias: string, maxShare: number): boolean;
}

/** Older requests count half each time so many more have come, so that the share follows the traffic. */
const window = 1_000;

export function createHedgeBudget(): HedgeBudget {
  const counts = new Map<string, { requests: number; hedges: number }>();
  const countsOf = (alias: string) => {
    const known = counts.get(alias) ?? { requests: 0, hedges: 0 };
    counts.set(alias, known);
    return known;
  };
  return {
    count(alias) {
      const known = countsOf(alias);
      known.requests += 1;
      if (known.requests < 2 * window) return;
      known.requests /= 2;
      known.hedges /= 2;
    },
    take(alias, maxShare) {
      const known = countsOf(alias);
      // The first one is always there: a share of few requests would be none.
      if (known.hedges + 1 > Math.max(1, maxShare * known.requests)) return false;
      known.hedges += 1;
      return true;
    },
  };
}
