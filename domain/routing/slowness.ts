import { highTailAt, type MovingAverage } from './moving-average.ts';
import { unmeasured } from './rank.ts';

/** The times a deployment is held against: its own, not those of others. */
export interface Times {
  firstTokenMs?: MovingAverage;
  tokensPerSecond?: MovingAverage;
  answerTokens?: MovingAverage;
}

/** An answer, as far as its times go. */
interface TimedAnswer {
  stream: boolean;
  tookMs: number;
  firstTokenMs?: number;
  tokens?: number;
}

/** Before so many answers nothing is known well enough to call the next one slow. */
const minValues = 5;
/** Slow is what takes so many times as long as usual, and more than a moment longer. */
const slowFactor = 5;
const leastExtraMs = 1_000;
/** Fewer tokens of a stream are over before their speed could be measured. */
export const minTokensForSpeed = 8;
/** Length of an answer that runs and whose end nobody knows, where it has no bound: longer ones are rare. */
const longAnswerTokens = 512;
const pendingFactor = 2;

function slowAfterMs(usualMs: number): number {
  return Math.max(slowFactor * usualMs, usualMs + leastExtraMs);
}

function isKnown(times: Times): times is Times & { firstTokenMs: MovingAverage } {
  return times.firstTokenMs !== undefined && times.firstTokenMs.values >= minValues;
}

/** What a whole answer of so many tokens usually takes, in ms. */
function usualWholeMs(times: { firstTokenMs: MovingAverage; tokensPerSecond?: MovingAverage }, tokens: number): number {
  return times.firstTokenMs.usual + (1000 * tokens) / (times.tokensPerSecond?.usual ?? unmeasured.tokensPerSecond);
}

/** True for an answer far later than this deployment's usual ones. */
export function isSlow(times: Times, { stream, tookMs, firstTokenMs, tokens = 0 }: TimedAnswer): boolean {
  if (!isKnown(times)) return false;
  if (!stream) return tookMs > slowAfterMs(usualWholeMs(times, tokens));
  if (firstTokenMs === undefined) return false;
  if (firstTokenMs > slowAfterMs(times.firstTokenMs.usual)) return true;
  if (!times.tokensPerSecond || tokens < minTokensForSpeed) return false;
  return tookMs - firstTokenMs > slowAfterMs((1000 * tokens) / times.tokensPerSecond.usual);
}

/**
 * How long a call may go on before it is late, in ms: without its first token where it streams, else without its end.
 * Undefined where too little is known of the deployment.
 */
export function lateAfterMs(
  times: Times,
  call: { stream: boolean; maxTokens?: number },
  nowMs: number,
): number | undefined {
  if (!isKnown(times)) return undefined;
  if (call.stream) return slowAfterMs(times.firstTokenMs.usual);
  const learned = times.answerTokens ? highTailAt(times.answerTokens, nowMs) : 0;
  const expectedMs = usualWholeMs(times, call.maxTokens ?? Math.max(longAnswerTokens, learned));
  return Math.max(pendingFactor * expectedMs, expectedMs + leastExtraMs);
}
