import type { Breaker } from './breaker.ts';
import type { Figures } from './figures.ts';
import type { MovingAverage } from './moving-average.ts';

/** No breaker stays open for longer than this, and no provider is believed to want a longer rest. */
const longestOpenMs = 60_000;
const longestRestMs = 3_600_000;

/**
 * Figures kept by an earlier process as they hold now: averages and counts have aged since, a probe that was under way
 * is not any more, and no time lies in the future, whatever a clock did meanwhile.
 */
export function keptFigures({ quota: _quota, ...kept }: Figures, nowMs: number): Figures {
  const { firstTokenMs, tokensPerSecond, answerTokens, rateLimit } = kept;
  const past = (average: MovingAverage): MovingAverage => {
    return { ...average, measuredAtMs: Math.min(average.measuredAtMs, nowMs) };
  };
  return {
    ...kept,
    breaker: keptBreaker(kept.breaker, nowMs),
    countedAtMs: Math.min(kept.countedAtMs, nowMs),
    ...(firstTokenMs && { firstTokenMs: past(firstTokenMs) }),
    ...(tokensPerSecond && { tokensPerSecond: past(tokensPerSecond) }),
    ...(answerTokens && { answerTokens: past(answerTokens) }),
    ...(rateLimit && { rateLimit: { sinceMs: 0, untilMs: Math.min(rateLimit.untilMs, nowMs + longestRestMs) } }),
  };
}

function keptBreaker(breaker: Breaker, nowMs: number): Breaker {
  switch (breaker.state) {
    case 'closed':
      return { state: 'closed', recent: breaker.recent.filter(({ atMs }) => atMs <= nowMs) };
    case 'open':
      return { ...breaker, untilMs: Math.min(breaker.untilMs, nowMs + longestOpenMs) };
    case 'half_open':
      return { state: 'half_open', sinceMs: Math.min(breaker.sinceMs, nowMs) };
    default:
      return { ...breaker, sinceMs: Math.min(breaker.sinceMs, nowMs) };
  }
}
