import type { LiveState, OpenReason } from './candidate.ts';

/**
 * Keeps traffic off a deployment that fails or is late. `closed`: calls go there. `open`: not until then. `half_open`:
 * one call at a time, the probe, finds out whether it is back. `recovering`: it is, and its traffic comes back bit by
 * bit. All times in milliseconds since the epoch.
 *
 * Source of the pattern: Nygard 2018, "Release It!", chapter 5.
 */
export type Breaker =
  | { state: 'closed'; recent: readonly { atMs: number; failed: boolean }[] }
  | { state: 'open'; untilMs: number; reason: OpenReason }
  | { state: 'half_open'; sinceMs: number; probeUntilMs?: number }
  | { state: 'recovering'; sinceMs: number; failures: number };

/**
 * What a call says of its deployment. `alive`: it answered, be it with a verdict on the request. `failed`: it was away
 * or spoke nonsense. `slow`: it answers, or has yet to answer, far later than it usually does. `refused_key`: no call
 * can succeed until an operator acts. `silent`: the call says nothing of it (the client left, the gateway stopped).
 */
export type CallVerdict = 'alive' | 'failed' | 'slow' | 'refused_key' | 'silent';

const windowMs = 30_000;
/** Few enough that a deployment under load is judged by its last second or two. */
const maxRecent = 20;
/** So many failures one after the other, or among the recent calls where they are half of them. */
const minFailures = 5;
const minFailedShare = 0.5;
const openMs = 5_000;
const refusedKeyMs = 60_000;
/** A probe that is never heard of again must not keep the deployment out for good. */
const probeLeaseMs = 10_000;
const rampMs = 10_000;
const leastShare = 0.1;
const maxFailuresOfRamp = 2;

export const closedBreaker: Breaker = { state: 'closed', recent: [] };

/** The breaker as time alone has changed it. */
export function breakerAt(breaker: Breaker, nowMs: number): Breaker {
  if (breaker.state === 'open' && nowMs >= breaker.untilMs) return { state: 'half_open', sinceMs: breaker.untilMs };
  if (breaker.state === 'recovering' && nowMs >= breaker.sinceMs + rampMs) return closedBreaker;
  return breaker;
}

/**
 * A call goes to the deployment: of a half-open one it is the probe, which has `leaseMs` to tell how it went.
 */
export function breakerBeforeCall(breaker: Breaker, nowMs: number, leaseMs = probeLeaseMs): Breaker {
  const now = breakerAt(breaker, nowMs);
  return now.state === 'half_open' ? { ...now, probeUntilMs: nowMs + Math.max(leaseMs, probeLeaseMs) } : now;
}

/**
 * A call has ended, or is too late to be waited for. What began before the breaker came to its present state belongs to
 * the trouble before and changes nothing; only a refused key always keeps the deployment out.
 */
export function breakerAfterCall(breaker: Breaker, verdict: CallVerdict, nowMs: number, begunAtMs = nowMs): Breaker {
  const now = breakerAt(breaker, nowMs);
  if (verdict === 'refused_key') return openedAt(nowMs, verdict);
  const isLateNews = (now.state === 'half_open' || now.state === 'recovering') && begunAtMs < now.sinceMs;
  if (now.state === 'open' || isLateNews) return now;
  if (now.state === 'half_open') {
    if (verdict === 'silent') return { state: 'half_open', sinceMs: now.sinceMs };
    return verdict === 'alive' ? { state: 'recovering', sinceMs: nowMs, failures: 0 } : openedAt(nowMs, verdict);
  }
  if (verdict === 'silent') return now;
  if (now.state === 'closed') return judged(now.recent, verdict, nowMs);
  if (verdict === 'alive') return now;
  const failures = now.failures + 1;
  return failures >= maxFailuresOfRamp ? openedAt(nowMs, verdict) : { ...now, failures };
}

/** The breaker as routing sees it, where nothing but time stands between a recovering deployment and its share. */
export function shownBreaker(breaker: Breaker, nowMs: number): LiveState['breaker'] {
  const now = breakerAt(breaker, nowMs);
  switch (now.state) {
    case 'closed':
      return { state: 'closed' };
    case 'open':
      return now;
    case 'half_open':
      return { state: 'half_open', probing: now.probeUntilMs !== undefined && nowMs < now.probeUntilMs };
    default:
      return { state: 'recovering', share: shareAt(now.sinceMs, nowMs), admits: true };
  }
}

function shareAt(sinceMs: number, nowMs: number): number {
  return Math.min(1, Math.max(leastShare, (nowMs - sinceMs) / rampMs));
}

function openedAt(nowMs: number, verdict: 'failed' | 'slow' | 'refused_key'): Breaker {
  const refused = verdict === 'refused_key';
  const reason = refused ? 'key_refused' : verdict === 'slow' ? 'slow' : 'failing';
  return { state: 'open', untilMs: nowMs + (refused ? refusedKeyMs : openMs), reason };
}

function judged(
  before: readonly { atMs: number; failed: boolean }[],
  verdict: 'alive' | 'failed' | 'slow',
  nowMs: number,
): Breaker {
  const failed = verdict !== 'alive';
  const recent = [...before, { atMs: nowMs, failed }].slice(-maxRecent).filter(({ atMs }) => nowMs - atMs < windowMs);
  if (!failed) return { state: 'closed', recent };
  const failures = recent.filter((call) => call.failed).length;
  const inARow = recent.length - 1 - recent.findLastIndex((call) => !call.failed);
  const opens = inARow >= minFailures || (failures >= minFailures && failures >= recent.length * minFailedShare);
  return opens ? openedAt(nowMs, verdict) : { state: 'closed', recent };
}
