import { worstCaseCostMicroUsd } from '../cost.ts';
import {
  exclusionReasons,
  type Candidate,
  type Constraints,
  type Exclusion,
  type ExclusionReason,
} from './candidate.ts';
import type { RequestFeatures } from './request-features.ts';

/** Input estimates without a tokenizer err by up to this factor on code and rare scripts; a bound must not be under. */
const inputMargin = 1.5;
/** Bound of an answer where neither the client nor the catalogue says one. */
const unknownOutputTokens = 32_768;

/**
 * The most this request can cost on the candidate, in micro-USD: what a budget must be able to pay. Undefined where
 * the price is unknown; a local server without a price costs nothing.
 */
export function worstCaseMicroUsd(features: RequestFeatures, candidate: Candidate): number | undefined {
  if (!candidate.price) return candidate.local ? 0 : undefined;
  const room =
    candidate.contextTokens === undefined
      ? unknownOutputTokens
      : Math.max(1, candidate.contextTokens - features.inputTokens);
  return worstCaseCostMicroUsd(
    {
      inputTokens: Math.ceil(features.inputTokens * inputMargin),
      outputTokens: Math.min(features.maxOutputTokens ?? Infinity, candidate.maxOutputTokens ?? room),
      choices: features.choices,
      audio: features.needs.includes('audio'),
      images: features.needs.includes('vision'),
    },
    candidate.price,
  );
}

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
  return found;
}

function excludeByBudget(
  features: RequestFeatures,
  candidate: Candidate,
  constraints: Constraints,
  exclude: (reason: ExclusionReason, detail: string) => void,
): void {
  if (constraints.remainingMicroUsd === undefined) return;
  const worstCase = worstCaseMicroUsd(features, candidate);
  if (worstCase === undefined) exclude('price_unknown', 'a budget applies and the price is unknown');
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
    const why = live.breaker.refusedKey ? 'the provider refuses the key' : 'failing';
    exclude('breaker_open', `${why}; tried again in ${live.breaker.untilMs - nowMs} ms`);
  }
  if (live.breaker.state === 'half_open' && live.breaker.probing) exclude('breaker_open', 'a probe call is under way');
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
