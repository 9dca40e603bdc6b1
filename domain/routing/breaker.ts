import type { LiveState } from './candidate.ts';

/**
 * Keeps traffic off a deployment that fails. `closed`: calls go there. `open`: not until then. `half_open`: one call at
 * a time, the probe, finds out whether it is back. All times in milliseconds since the epoch.
 *
 * Source of the pattern: Nygard 2018, "Release It!", chapter 5.
 */
export type Breaker =
  | { state: 'closed'; recent: readonly { atMs: number; failed: boolean }[] }
  | { state: 'open'; untilMs: number; refusedKey: boolean }
  | { state: 'half_open'; probeUntilMs?: number };

/**
 * What a call says of its deployment. `alive`: it answered, be it with a verdict on the request. `failed`: it was away,
 * late or spoke nonsense. `refused_key`: no call can succeed until an operator acts. `silent`: the call says nothing of
 * it (the client left, the gateway itself stopped).
 */
export type CallVerdict = 'alive' | 'failed' | 'refused_key' | 'silent';

const windowMs = 30_000;
/** Enough to judge a share by, and the same work for a call at any load. */
const maxRecent = 50;
const minFailures = 5;
const minFailedShare = 0.5;
const openMs = 5_000;
const refusedKeyMs = 60_000;
/** A probe that is never heard of again must not keep the deployment out for good. */
const probeLeaseMs = 30_000;

export const closedBreaker: Breaker = { state: 'closed', recent: [] };

/** The breaker as time alone has changed it. */
function breakerAt(breaker: Breaker, nowMs: number): Breaker {
  return breaker.state === 'open' && nowMs >= breaker.untilMs ? { state: 'half_open' } : breaker;
}

/** A call goes to the deployment: of a half-open one it is the probe. */
export function breakerBeforeCall(breaker: Breaker, nowMs: number): Breaker {
  const now = breakerAt(breaker, nowMs);
  return now.state === 'half_open' ? { state: 'half_open', probeUntilMs: nowMs + probeLeaseMs } : now;
}

/** A call has ended. While open, late ends of earlier calls change nothing; only a refused key keeps it out longer. */
export function breakerAfterCall(breaker: Breaker, verdict: CallVerdict, nowMs: number): Breaker {
  const now = breakerAt(breaker, nowMs);
  if (verdict === 'refused_key') return { state: 'open', untilMs: nowMs + refusedKeyMs, refusedKey: true };
  switch (now.state) {
    case 'open':
      return now;
    case 'half_open':
      if (verdict === 'silent') return { state: 'half_open' };
      return verdict === 'alive' ? closedBreaker : openedAt(nowMs);
    default:
      return verdict === 'silent' ? now : judged(now.recent, verdict === 'failed', nowMs);
  }
}

/** The breaker as routing sees it. */
export function shownBreaker(breaker: Breaker, nowMs: number): LiveState['breaker'] {
  const now = breakerAt(breaker, nowMs);
  if (now.state === 'closed') return { state: 'closed' };
  if (now.state === 'open') return now;
  return { state: 'half_open', probing: now.probeUntilMs !== undefined && nowMs < now.probeUntilMs };
}

function openedAt(nowMs: number): Breaker {
  return { state: 'open', untilMs: nowMs + openMs, refusedKey: false };
}

function judged(before: readonly { atMs: number; failed: boolean }[], failed: boolean, nowMs: number): Breaker {
  const recent = [...before, { atMs: nowMs, failed }].slice(-maxRecent).filter(({ atMs }) => nowMs - atMs < windowMs);
  const failures = recent.filter((call) => call.failed).length;
  if (failures >= minFailures && failures >= recent.length * minFailedShare) return openedAt(nowMs);
  return { state: 'closed', recent };
}
