import type { ChatCompletion } from '../domain/chat.ts';
import { GatewayError, type GatewayErrorType } from '../domain/errors.ts';
import { estimateTokens } from '../domain/estimate-tokens.ts';
import {
  type Breaker,
  breakerAfterCall,
  breakerBeforeCall,
  type CallVerdict,
  closedBreaker,
  shownBreaker,
} from '../domain/routing/breaker.ts';
import type { LiveState } from '../domain/routing/candidate.ts';
import { highTailAt, lowTailAt, meanAt, type MovingAverage, withValue } from '../domain/routing/moving-average.ts';
import { unmeasured } from '../domain/routing/rank.ts';
import type { StreamedAnswer } from './attempt-call.ts';

/** What this process sees of its deployments while it calls them. */
export interface LiveStats {
  of(deployment: string): LiveState;
  /** A request is about to go there: if the deployment is half-open, nobody else is sent to it meanwhile. */
  claimProbe(deployment: string): void;
  /** Does one call and learns from how it goes. `streamed` is filled by the call, where it streams. */
  watch<T extends { completion: ChatCompletion }>(
    deployment: string,
    call: { stream: boolean; streamed: StreamedAnswer },
    work: () => Promise<T>,
  ): Promise<T>;
}

interface Figures {
  breaker: Breaker;
  firstTokenMs?: MovingAverage;
  tokensPerSecond?: MovingAverage;
  /** Recent calls and failures, older ones counting less. */
  calls: number;
  failures: number;
  countedAtMs: number;
  inFlight: number;
  /** Calls begun in each of the last 60 seconds, by second since the epoch. */
  begun: Map<number, number>;
  rateLimitedUntilMs?: number;
}

/** Errors that say something of the deployment; a success is `alive`, every other error `silent`. */
const verdicts: Partial<Record<GatewayErrorType, CallVerdict>> = {
  provider_unavailable: 'failed',
  provider_unreachable: 'failed',
  provider_timeout: 'failed',
  provider_protocol: 'failed',
  provider_interrupted: 'failed',
  provider_auth: 'refused_key',
  provider_rejected: 'alive',
};
const countHalfLifeMs = 30_000;
/** As if so many calls had succeeded before: one failure alone is not a rate. */
const priorCalls = 2;
/** Fewer tokens are over before their speed could be measured. */
const minTokensForSpeed = 8;

/** @param now milliseconds since the epoch. */
export function createLiveStats(now: () => number = Date.now): LiveStats {
  const known = new Map<string, Figures>();
  const figuresOf = (name: string): Figures => {
    const figures = known.get(name) ?? newFigures();
    known.set(name, figures);
    return figures;
  };
  return {
    of(deployment) {
      return stateOf(known.get(deployment) ?? newFigures(), now());
    },
    claimProbe(deployment) {
      const figures = figuresOf(deployment);
      figures.breaker = breakerBeforeCall(figures.breaker, now());
    },
    async watch(deployment, { stream, streamed }, work) {
      const figures = figuresOf(deployment);
      const startedAtMs = now();
      figures.inFlight += 1;
      countBegun(figures, startedAtMs);
      figures.breaker = breakerBeforeCall(figures.breaker, startedAtMs);
      try {
        const answer = await work();
        const { usage } = answer.completion;
        learnOutcome(figures, 'alive', false, now());
        delete figures.rateLimitedUntilMs;
        if (stream) learnStream(figures, streamed, startedAtMs, now());
        else if (usage) learnWhole(figures, usage.completion_tokens, startedAtMs, now());
        return answer;
      } catch (error) {
        learnError(figures, error, now());
        if (isTimeout(error) && streamed.firstTokenAtMs === undefined) learnLateness(figures, startedAtMs, now());
        throw error;
      } finally {
        figures.inFlight -= 1;
      }
    },
  };
}

function newFigures(): Figures {
  return { breaker: closedBreaker, calls: 0, failures: 0, countedAtMs: 0, inFlight: 0, begun: new Map() };
}

function stateOf(figures: Figures, nowMs: number): LiveState {
  const { firstTokenMs: first, tokensPerSecond: speed, rateLimitedUntilMs } = figures;
  const kept = decay(figures.countedAtMs, nowMs);
  return {
    ...(first && { firstTokenMs: { mean: meanAt(first, nowMs), tail: highTailAt(first, nowMs) } }),
    ...(speed && { tokensPerSecond: { mean: meanAt(speed, nowMs), tail: lowTailAt(speed, nowMs) } }),
    errorRate: (figures.failures * kept) / (figures.calls * kept + priorCalls),
    inFlight: figures.inFlight,
    callsLastMinute: lastMinute(figures, nowMs).reduce((sum, [, count]) => sum + count, 0),
    breaker: shownBreaker(figures.breaker, nowMs),
    ...(rateLimitedUntilMs !== undefined && nowMs < rateLimitedUntilMs && { rateLimitedUntilMs }),
    drained: false,
  };
}

function decay(sinceMs: number, nowMs: number): number {
  return 0.5 ** (Math.max(0, nowMs - sinceMs) / countHalfLifeMs);
}

function lastMinute({ begun }: Figures, nowMs: number): [number, number][] {
  const second = Math.floor(nowMs / 1000);
  return [...begun].filter(([at]) => at > second - 60);
}

function countBegun(figures: Figures, nowMs: number): void {
  const second = Math.floor(nowMs / 1000);
  if (!figures.begun.has(second)) figures.begun = new Map(lastMinute(figures, nowMs));
  figures.begun.set(second, (figures.begun.get(second) ?? 0) + 1);
}

function learnOutcome(figures: Figures, verdict: CallVerdict, failed: boolean, nowMs: number): void {
  figures.breaker = breakerAfterCall(figures.breaker, verdict, nowMs);
  if (verdict === 'silent' && !failed) return;
  const kept = decay(figures.countedAtMs, nowMs);
  figures.calls = figures.calls * kept + 1;
  figures.failures = figures.failures * kept + (failed ? 1 : 0);
  figures.countedAtMs = nowMs;
}

function learnError(figures: Figures, error: unknown, nowMs: number): void {
  const info = error instanceof GatewayError ? error.info : undefined;
  const verdict = (info && verdicts[info.type]) ?? 'silent';
  const limited = info?.type === 'provider_rate_limited';
  const failed = limited || verdict === 'failed' || verdict === 'refused_key';
  learnOutcome(figures, verdict, failed, nowMs);
  if (limited && info.retryAfterMs !== undefined) figures.rateLimitedUntilMs = nowMs + info.retryAfterMs;
}

function learnStream(figures: Figures, streamed: StreamedAnswer, startedAtMs: number, endedAtMs: number): void {
  const { firstTokenAtMs, usage, ownText } = streamed;
  if (firstTokenAtMs === undefined) return;
  figures.firstTokenMs = withValue(figures.firstTokenMs, firstTokenAtMs - startedAtMs, endedAtMs);
  const tokens = usage?.completion_tokens ?? estimateTokens(ownText);
  if (tokens < minTokensForSpeed) return;
  const perSecond = (1000 * tokens) / Math.max(1, endedAtMs - firstTokenAtMs);
  figures.tokensPerSecond = withValue(figures.tokensPerSecond, perSecond, endedAtMs);
}

/**
 * A whole answer shows only its end. How much faster or slower than expected it came is taken for both figures alike.
 */
function learnWhole(figures: Figures, tokens: number, startedAtMs: number, endedAtMs: number): void {
  const firstMs = figures.firstTokenMs ? meanAt(figures.firstTokenMs, endedAtMs) : unmeasured.firstTokenMs;
  const speed = figures.tokensPerSecond ? meanAt(figures.tokensPerSecond, endedAtMs) : unmeasured.tokensPerSecond;
  const expectedMs = Math.max(1, firstMs) + (1000 * tokens) / speed;
  const ratio = Math.max(1, endedAtMs - startedAtMs) / expectedMs;
  figures.firstTokenMs = withValue(figures.firstTokenMs, firstMs * ratio, endedAtMs);
  if (tokens >= minTokensForSpeed) {
    figures.tokensPerSecond = withValue(figures.tokensPerSecond, speed / ratio, endedAtMs);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof GatewayError && (error.type === 'provider_timeout' || error.type === 'deadline_exceeded');
}

/** No token came as long as somebody waited: the first one takes at least as long as that. */
function learnLateness(figures: Figures, startedAtMs: number, nowMs: number): void {
  const waitedMs = nowMs - startedAtMs;
  const expectedMs = figures.firstTokenMs ? meanAt(figures.firstTokenMs, nowMs) : unmeasured.firstTokenMs;
  if (waitedMs > expectedMs) figures.firstTokenMs = withValue(figures.firstTokenMs, waitedMs, nowMs);
}
