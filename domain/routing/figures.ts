import type { GatewayErrorType } from '../errors.ts';
import { type Breaker, breakerAfterCall, breakerAt, type CallVerdict, closedBreaker, shownBreaker } from './breaker.ts';
import type { LiveState, Quota } from './candidate.ts';
import { highTailAt, lowTailAt, meanAt, settled, withValue } from './moving-average.ts';
import { unmeasured } from './rank.ts';
import { isSlow, minTokensForSpeed, type Times } from './slowness.ts';

/** How often a deployment failed in one way, and when last (milliseconds since the epoch). */
interface ErrorCount {
  count: number;
  lastAtMs: number;
}

export type ErrorCounts = Partial<Record<GatewayErrorType, ErrorCount>>;

/** All that is learned of a deployment from its calls: plain data, so that it can be kept and sent. */
export interface Figures extends Times {
  breaker: Breaker;
  /** Recent calls and failures, older ones counting less. */
  calls: number;
  failures: number;
  countedAtMs: number;
  errors: ErrorCounts;
  rateLimit?: { sinceMs: number; untilMs: number };
  /** Refusals without a word on how long to wait, one after the other. */
  bareRefusals: number;
  quota?: Quota;
  /** Since when every answer came late. */
  slowSinceMs?: number;
}

/** What one call of a deployment has shown, told by the process that made it to all others. */
export interface CallReport {
  /** `late`: it goes on, and has taken far longer than usual. */
  outcome: Exclude<CallVerdict, 'slow'> | 'late';
  errorType?: GatewayErrorType;
  /** Until its end, or until now where it is `late`. */
  tookMs: number;
  stream: boolean;
  firstTokenMs?: number;
  /** Completion tokens of an answer. */
  tokens?: number;
  retryAfterMs?: number;
  /** It was reported as `late` before, so its end says no more. */
  wasLate: boolean;
  /** It was made to find out whether the deployment is back, and its success says so even of an open breaker. */
  isProof: boolean;
}

/** What a provider's headers say, in time from now. */
export interface ReportedQuota {
  requests?: { remaining: number; resetMs: number };
  tokens?: { remaining: number; resetMs: number };
}

/** As quick as times are forgotten: a deployment that failed for once is tried again soon. */
const countHalfLifeMs = 5_000;
/** A smaller rate is what is left of an old failure, and must not decide between equals. */
const leastErrorRate = 0.02;
/** As if so many calls had succeeded before: one failure alone is not a rate. */
const priorCalls = 2;
/** After a refusal without Retry-After; doubles with each one that follows. */
const bareRefusalMs = 1_000;
const longestBareRefusalMs = 30_000;
/** A deployment that answers, but slower than it ever did, for so long, has a new normal. */
const newNormalMs = 600_000;
/** Errors in which somebody's patience ended: the answer takes at least as long as that. */
const outOfPatience: readonly (GatewayErrorType | undefined)[] = ['provider_timeout', 'deadline_exceeded'];

export const noFigures: Figures = {
  breaker: closedBreaker,
  calls: 0,
  failures: 0,
  countedAtMs: 0,
  errors: {},
  bareRefusals: 0,
};

/** The figures after one more call. `nowMs` is the clock of whoever keeps them. */
export function afterCall(before: Figures, report: CallReport, nowMs: number): Figures {
  const figures = basisFor(before, report, nowMs);
  const verdict = verdictOf(figures, report);
  const learned = [withTimes, withCounts, withErrors, withRateLimit, withSlowness].reduce(
    (sum, learn) => learn(sum, report, verdict, nowMs),
    figures,
  );
  const breaker = report.isProof ? breakerForProof(before.breaker) : before.breaker;
  return { ...learned, breaker: breakerAfterCall(breaker, verdict, nowMs, nowMs - report.tookMs) };
}

/** Whoever asks for a proof does not wait for an open breaker's time to be over. */
function breakerForProof(breaker: Breaker): Breaker {
  return breaker.state === 'open' ? { state: 'half_open', sinceMs: 0 } : breaker;
}

/** The figures after a provider said what is left of its limits. */
export function afterQuota(figures: Figures, { requests, tokens }: ReportedQuota, nowMs: number): Figures {
  const at = ({ remaining, resetMs }: { remaining: number; resetMs: number }) => ({
    remaining,
    resetAtMs: nowMs + resetMs,
  });
  return {
    ...figures,
    quota: { ...figures.quota, ...(requests && { requests: at(requests) }), ...(tokens && { tokens: at(tokens) }) },
  };
}

/** The figures after a call has begun: one request less is left. */
export function afterBeginning(figures: Figures): Figures {
  const { quota } = figures;
  if (!quota?.requests) return figures;
  const requests = { ...quota.requests, remaining: quota.requests.remaining - 1 };
  return { ...figures, quota: { ...quota, requests } };
}

/** The part of the live state that is learned from calls. */
export function learnedState(
  kept: Figures,
  nowMs: number,
): Omit<LiveState, 'inFlight' | 'callsLastMinute' | 'drained'> {
  const breaker = shownBreaker(kept.breaker, nowMs);
  const figures = breaker.state === 'half_open' ? begunAnew(kept) : kept;
  const { firstTokenMs: first, tokensPerSecond: speed, rateLimit, quota } = figures;
  const part = decay(figures.countedAtMs, nowMs);
  const errorRate = (figures.failures * part) / (figures.calls * part + priorCalls);
  return {
    ...(first && { firstTokenMs: { mean: meanAt(first, nowMs), tail: highTailAt(first, nowMs) } }),
    ...(speed && { tokensPerSecond: { mean: meanAt(speed, nowMs), tail: lowTailAt(speed, nowMs) } }),
    errorRate: errorRate < leastErrorRate ? 0 : errorRate,
    breaker,
    ...(rateLimit && nowMs < rateLimit.untilMs && { rateLimitedUntilMs: rateLimit.untilMs }),
    ...(quota && { quota: runningQuota(quota, nowMs) }),
  };
}

function runningQuota({ requests, tokens }: Quota, nowMs: number): Quota {
  return {
    ...(requests && nowMs < requests.resetAtMs && { requests }),
    ...(tokens && nowMs < tokens.resetAtMs && { tokens }),
  };
}

/** A half-open deployment is judged as it usually is: what drove it out must not keep it from its probe. */
function begunAnew(figures: Figures): Figures {
  const { firstTokenMs, tokensPerSecond } = figures;
  return {
    ...figures,
    calls: 0,
    failures: 0,
    ...(firstTokenMs && { firstTokenMs: settled(firstTokenMs) }),
    ...(tokensPerSecond && { tokensPerSecond: settled(tokensPerSecond) }),
  };
}

function basisFor(before: Figures, { outcome }: CallReport, nowMs: number): Figures {
  const probed = breakerAt(before.breaker, nowMs).state === 'half_open' && outcome !== 'silent';
  const figures = probed ? begunAnew(before) : before;
  if (figures.slowSinceMs === undefined || nowMs - figures.slowSinceMs <= newNormalMs) return figures;
  const { firstTokenMs: _first, tokensPerSecond: _speed, slowSinceMs: _since, ...rest } = figures;
  return rest;
}

function verdictOf(figures: Figures, report: CallReport): CallVerdict {
  if (report.outcome === 'late') return 'slow';
  if (report.outcome !== 'alive') return report.wasLate && report.outcome === 'failed' ? 'silent' : report.outcome;
  if (report.wasLate) return 'silent';
  if (report.errorType !== undefined) return 'alive';
  return isSlow(figures, report) ? 'slow' : 'alive';
}

type Learn = (figures: Figures, report: CallReport, verdict: CallVerdict, nowMs: number) => Figures;

const withTimes: Learn = (figures, report, verdict, nowMs) => {
  const { outcome, errorType, stream, tookMs, firstTokenMs } = report;
  if (outcome === 'alive' && errorType === undefined) {
    const outlier = verdict !== 'alive';
    return stream ? withStream(figures, report, outlier, nowMs) : withWhole(figures, report, outlier, nowMs);
  }
  const waited = outcome === 'late' || outOfPatience.includes(errorType);
  if (!stream || !waited || firstTokenMs !== undefined) return figures;
  const expectedMs = figures.firstTokenMs ? meanAt(figures.firstTokenMs, nowMs) : unmeasured.firstTokenMs;
  if (tookMs <= expectedMs) return figures;
  return { ...figures, firstTokenMs: withValue(figures.firstTokenMs, tookMs, nowMs, true) };
};

function withStream(figures: Figures, report: CallReport, outlier: boolean, nowMs: number): Figures {
  const { firstTokenMs, tookMs, tokens = 0 } = report;
  if (firstTokenMs === undefined) return figures;
  const timed = { ...figures, firstTokenMs: withValue(figures.firstTokenMs, firstTokenMs, nowMs, outlier) };
  if (tokens < minTokensForSpeed) return timed;
  const perSecond = (1000 * tokens) / Math.max(1, tookMs - firstTokenMs);
  return { ...timed, tokensPerSecond: withValue(figures.tokensPerSecond, perSecond, nowMs, outlier) };
}

/** A whole answer shows only its end. How much faster or slower than expected it came is taken for both figures alike. */
function withWhole(figures: Figures, { tookMs, tokens }: CallReport, outlier: boolean, nowMs: number): Figures {
  if (tokens === undefined) return figures;
  const firstMs = figures.firstTokenMs ? meanAt(figures.firstTokenMs, nowMs) : unmeasured.firstTokenMs;
  const speed = figures.tokensPerSecond ? meanAt(figures.tokensPerSecond, nowMs) : unmeasured.tokensPerSecond;
  const expectedMs = Math.max(1, firstMs) + (1000 * tokens) / speed;
  const ratio = Math.max(1, tookMs) / expectedMs;
  return {
    ...figures,
    firstTokenMs: withValue(figures.firstTokenMs, firstMs * ratio, nowMs, outlier),
    tokensPerSecond: withValue(figures.tokensPerSecond, speed / ratio, nowMs, outlier),
    answerTokens: withValue(figures.answerTokens, tokens, nowMs),
  };
}

const withCounts: Learn = (figures, { outcome, errorType, wasLate }, verdict, nowMs) => {
  const failed = outcome === 'failed' || outcome === 'refused_key' || errorType === 'provider_rate_limited';
  if (outcome === 'late' || (outcome === 'silent' && !failed) || (verdict === 'silent' && wasLate && !failed)) {
    return figures;
  }
  const part = decay(figures.countedAtMs, nowMs);
  return {
    ...figures,
    calls: figures.calls * part + 1,
    failures: figures.failures * part + (failed ? 1 : 0),
    countedAtMs: nowMs,
  };
};

const withErrors: Learn = (figures, { errorType }, _verdict, nowMs) => {
  if (!errorType?.startsWith('provider_')) return figures;
  const count = (figures.errors[errorType]?.count ?? 0) + 1;
  return { ...figures, errors: { ...figures.errors, [errorType]: { count, lastAtMs: nowMs } } };
};

const withRateLimit: Learn = (figures, { errorType, retryAfterMs, tookMs }, verdict, nowMs) => {
  if (errorType === 'provider_rate_limited') {
    const bareMs = Math.min(longestBareRefusalMs, bareRefusalMs * 2 ** figures.bareRefusals);
    const bareRefusals = retryAfterMs === undefined ? figures.bareRefusals + 1 : 0;
    return { ...figures, bareRefusals, rateLimit: { sinceMs: nowMs, untilMs: nowMs + (retryAfterMs ?? bareMs) } };
  }
  // What began before the refusal does not take it back.
  const lifted = verdict === 'alive' && (!figures.rateLimit || nowMs - tookMs >= figures.rateLimit.sinceMs);
  if (!lifted) return figures;
  const { rateLimit: _over, ...rest } = figures;
  return { ...rest, bareRefusals: 0 };
};

const withSlowness: Learn = (figures, _report, verdict, nowMs) => {
  if (verdict === 'slow') return { ...figures, slowSinceMs: figures.slowSinceMs ?? nowMs };
  if (verdict !== 'alive') return figures;
  const { slowSinceMs: _over, ...rest } = figures;
  return rest;
};

function decay(sinceMs: number, nowMs: number): number {
  return 0.5 ** (Math.max(0, nowMs - sinceMs) / countHalfLifeMs);
}
