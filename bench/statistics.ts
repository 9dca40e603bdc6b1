/** What a set of timings says. Milliseconds. */
export interface Summary {
  count: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/**
 * The q-quantile (0 ≤ q ≤ 1) of values in any order, interpolated linearly between the two nearest: R's type 7, NumPy's
 * default (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996).
 * @throws RangeError without values or with q outside 0…1.
 */
export function quantile(values: readonly number[], q: number): number {
  return quantileOfSorted(sorted(values), q);
}

/** @throws RangeError without values. */
export function summarize(valuesMs: readonly number[]): Summary {
  const ascending = sorted(valuesMs);
  return {
    count: ascending.length,
    p50Ms: quantileOfSorted(ascending, 0.5),
    p95Ms: quantileOfSorted(ascending, 0.95),
    p99Ms: quantileOfSorted(ascending, 0.99),
  };
}

/** Percentile by percentile: what a target needs more than the baseline. Noise can make it negative. */
export function addedTo(baseline: Summary, target: Summary): Summary {
  return {
    count: target.count,
    p50Ms: target.p50Ms - baseline.p50Ms,
    p95Ms: target.p95Ms - baseline.p95Ms,
    p99Ms: target.p99Ms - baseline.p99Ms,
  };
}

function sorted(values: readonly number[]): readonly number[] {
  return values.toSorted((a, b) => a - b);
}

function quantileOfSorted(ascending: readonly number[], q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile lies between 0 and 1, not at ${q}`);
  const position = (ascending.length - 1) * q;
  const below = ascending[Math.floor(position)];
  const above = ascending[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('No values to take a quantile of');
  return below + (above - below) * (position - Math.floor(position));
}
