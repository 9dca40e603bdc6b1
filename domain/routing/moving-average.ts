/**
 * A figure that moves, such as the time to the first token: how it is now, how it usually is, and how far single values
 * lie from the mean.
 */
export interface MovingAverage {
  recent: number;
  usual: number;
  deviation: number;
  /** How many values are in it. */
  values: number;
  /** Milliseconds since the epoch. */
  measuredAtMs: number;
}

/** Parts that a new value has in the averages; at the beginning all values count alike. */
const recentShare = 0.25;
const usualShare = 0.02;
/**
 * What was measured last says less with time: half of the distance to the usual figure is forgotten after this. A
 * deployment that was slow for once is tried again, although nobody measures it meanwhile.
 */
const forgetHalfLifeMs = 10_000;
/** From the mean to about the 95th percentile, for a normal distribution in units of its mean deviation. */
const tailDeviations = 2;

/**
 * The averages after one more value. Mean and deviation follow as in TCP's estimate of the round trip (RFC 6298,
 * section 2).
 */
export function withValue(average: MovingAverage | undefined, value: number, nowMs: number): MovingAverage {
  if (!average) return { recent: value, usual: value, deviation: 0, values: 1, measuredAtMs: nowMs };
  const mean = meanAt(average, nowMs);
  const values = average.values + 1;
  return {
    recent: mean + recentShare * (value - mean),
    usual: average.usual + Math.max(usualShare, 1 / values) * (value - average.usual),
    deviation: average.deviation + recentShare * (Math.abs(value - mean) - average.deviation),
    values,
    measuredAtMs: nowMs,
  };
}

/** What to expect now. */
export function meanAt(average: MovingAverage, nowMs: number): number {
  const kept = 0.5 ** (Math.max(0, nowMs - average.measuredAtMs) / forgetHalfLifeMs);
  return average.usual + kept * (average.recent - average.usual);
}

/** What one call in twenty exceeds, of a figure whose high values are the bad ones. */
export function highTailAt(average: MovingAverage, nowMs: number): number {
  return meanAt(average, nowMs) + tailDeviations * average.deviation;
}

/** What one call in twenty falls short of, of a figure whose low values are the bad ones; at least a tenth of the mean. */
export function lowTailAt(average: MovingAverage, nowMs: number): number {
  const mean = meanAt(average, nowMs);
  return Math.max(mean / 10, mean - tailDeviations * average.deviation);
}
