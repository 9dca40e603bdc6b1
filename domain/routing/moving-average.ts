/**
 * A figure that moves, such as the time to the first token: how it is now, how it usually is, and how far single values
 * lie from the mean, now and usually.
 */
export interface MovingAverage {
  recent: number;
  usual: number;
  deviation: number;
  usualDeviation: number;
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
const forgetHalfLifeMs = 5_000;
/** From the mean to about the 95th percentile, for a normal distribution in units of its mean deviation. */
const tailDeviations = 2;

/**
 * The averages after one more value. Mean and deviation follow as in TCP's estimate of the round trip (RFC 6298,
 * section 2). An `outlier` shows in what is recent and leaves what is usual as it was.
 */
export function withValue(
  average: MovingAverage | undefined,
  value: number,
  nowMs: number,
  outlier = false,
): MovingAverage {
  if (!average) return { recent: value, usual: value, deviation: 0, usualDeviation: 0, values: 1, measuredAtMs: nowMs };
  const mean = meanAt(average, nowMs);
  const distance = Math.abs(value - mean);
  const deviation = deviationAt(average, nowMs);
  const values = average.values + (outlier ? 0 : 1);
  const share = outlier ? 0 : Math.max(usualShare, 1 / values);
  return {
    recent: mean + recentShare * (value - mean),
    usual: average.usual + share * (value - average.usual),
    deviation: deviation + recentShare * (distance - deviation),
    usualDeviation: average.usualDeviation + share * (distance - average.usualDeviation),
    values,
    measuredAtMs: nowMs,
  };
}

/** The averages as if what is recent had been as usual: for a deployment that begins anew. */
export function settled(average: MovingAverage): MovingAverage {
  return { ...average, recent: average.usual, deviation: average.usualDeviation };
}

/** What to expect now. */
export function meanAt(average: MovingAverage, nowMs: number): number {
  return average.usual + keptAt(average, nowMs) * (average.recent - average.usual);
}

/** What one call in twenty exceeds, of a figure whose high values are the bad ones. */
export function highTailAt(average: MovingAverage, nowMs: number): number {
  return meanAt(average, nowMs) + tailDeviations * deviationAt(average, nowMs);
}

/** What one call in twenty falls short of, of a figure whose low values are the bad ones; at least a tenth of the mean. */
export function lowTailAt(average: MovingAverage, nowMs: number): number {
  const mean = meanAt(average, nowMs);
  return Math.max(mean / 10, mean - tailDeviations * deviationAt(average, nowMs));
}

function deviationAt(average: MovingAverage, nowMs: number): number {
  return average.usualDeviation + keptAt(average, nowMs) * (average.deviation - average.usualDeviation);
}

function keptAt({ measuredAtMs }: MovingAverage, nowMs: number): number {
  return 0.5 ** (Math.max(0, nowMs - measuredAtMs) / forgetHalfLifeMs);
}
