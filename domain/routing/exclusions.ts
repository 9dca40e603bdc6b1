import { usualWorstCaseMicroUsd } from '../budget/worst-case.ts';
import {
  exclusionReasons,
  type Candidate,
  type Constraints,
  type Exclusion,
  type ExclusionReason,
  type LiveState,
  type OpenReason,
} from './candidate.ts';
import type { RequestFeatures } from './request-features.ts';

/** Every reason why the candidate may not take the request now; none for an eligible one. `nowMs` since the epoch. */
export function exclusionsOf(
  features: RequestFeatures,
  candidate: Candidate,
  constraints: Constraints,
  nowMs: number,
): Exclusion[] {
  const found: Exclusion[] = [];
  const exclude = (reason: ExclusionReason, detail: string): void =>
    void found.push({ reason, transient: exclusionReasons[reason] === 'transient', detail });

  if (!candidate.modalities.includes(features.modality)) exclude('modality', `does not do ${features.modality}`);
  const tokens =
    features.inputTokens + Math.min(features.outputTokens, features.maxOutputTokens ?? features.outputTokens);
  if (candidate.contextTokens !== undefined && tokens > candidate.contextTokens) {
    exclude('context_length', `about ${tokens} tokens needed, ${candidate.contextTokens} fit`);
  }
  const missing = candidate.capabilities
    ? features.needs.filter((need) => !candidate.capabilities?.includes(need))
    : [];
  if (missing.length > 0) exclude('capability', `lacks ${missing.join(', ')}`);
  if (constraints.allowed && !constraints.allowed.has(candidate.name))
    exclude('not_allowed', 'not among the allowed deployments');
  if (constraints.localOnly && !candidate.local) exclude('local_only', 'the policy keeps this traffic inside');
  excludeByBudget(features, candidate, constraints, exclude);
  excludeByState(candidate, nowMs, exclude);
  excludeByQuota(candidate.live, tokens, nowMs, exclude);
  return found;
}

function excludeByBudget(
  features: RequestFeatures,
  candidate: Candidate,
  constraints: Constraints,
  exclude: (reason: ExclusionReason, detail: string) => void,
): void {
  if (constraints.remainingMicroUsd === undefined) return;
  const worstCase = usualWorstCaseMicroUsd(features, candidate);
  if (worstCase === undefined) exclude('price_unknown', 'the request has a cap on its cost and the price is unknown');
  else if (worstCase > constraints.remainingMicroUsd) {
    exclude('budget', `may cost ${worstCase} micro-USD, ${constraints.remainingMicroUsd} are left`);
  }
}

function excludeByState(
  { live, limits }: Candidate,
  nowMs: number,
  exclude: (reason: ExclusionReason, detail: string) => void,
): void {
  if (live.drained) exclude('drained', 'taken out by an operator');
  if (live.breaker.state === 'open' && nowMs < live.breaker.untilMs) {
    exclude('breaker_open', `${openReasons[live.breaker.reason]}; tried again in ${live.breaker.untilMs - nowMs} ms`);
  }
  if (live.breaker.state === 'half_open' && live.breaker.probing) exclude('breaker_open', 'a probe call is under way');
  if (live.breaker.state === 'recovering' && !live.breaker.admits) {
    exclude('recovering', `back again; takes ${Math.round(live.breaker.share * 100)}% of its traffic for now`);
  }
  if (live.rateLimitedUntilMs !== undefined && nowMs < live.rateLimitedUntilMs) {
    exclude('rate_limited', `the provider asked to wait ${live.rateLimitedUntilMs - nowMs} ms`);
  }
  if (limits.concurrency !== undefined && live.inFlight >= limits.concurrency) {
    exclude('concurrency', `${live.inFlight} of ${limits.concurrency} calls are running`);
  }
  if (limits.rpm !== undefined && live.callsLastMinute >= limits.rpm) {
    exclude('rpm', `${live.callsLastMinute} of ${limits.rpm} calls of this minute are used`);
  }
}

const openReasons = {
  failing: 'failing',
  slow: 'far slower than usual',
  key_refused: 'the provider refuses the key',
} as const satisfies Record<OpenReason, string>;

/** What the provider says is left of its limits, before it has to refuse. */
function excludeByQuota(
  { quota }: LiveState,
  tokens: number,
  nowMs: number,
  exclude: (reason: ExclusionReason, detail: string) => void,
): void {
  const { requests, tokens: tokensLeft } = quota ?? {};
  if (requests && nowMs < requests.resetAtMs && requests.remaining < 1) {
    exclude('rate_limited', `the provider takes no more requests for ${requests.resetAtMs - nowMs} ms`);
  }
  if (tokensLeft && nowMs < tokensLeft.resetAtMs && tokensLeft.remaining < tokens) {
    const wait = `${tokensLeft.resetAtMs - nowMs} ms`;
    exclude('rate_limited', `about ${tokens} tokens needed, the provider takes ${tokensLeft.remaining} for ${wait}`);
  }
}
