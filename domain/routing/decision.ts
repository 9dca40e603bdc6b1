import type { CascadePlan } from '../cascade/plan.ts';
import type { HedgePlan } from '../hedge.ts';
import { GatewayError } from '../errors.ts';
import type { Candidate, Exclusion, LiveState } from './candidate.ts';
import type { Ranking, Weights } from './rank.ts';
import type { RequestFeatures } from './request-features.ts';

/** How a request was routed and why: names and figures only, so it may be kept with the request's record. */
export interface RoutingDecision extends Ranking {
  /** As asked for: an alias or a deployment. */
  alias: string;
  weights: Weights;
  /** Deployments to try, best first: the ranked ones, then those that are out only for now, soonest back first. */
  order: string[];
  /** Version of the quality model that judged the prompt; absent where it was not judged. */
  qualityModel?: string;
  /** Of strategy `cascade`: which of them only draft, and who judges. */
  cascade?: CascadePlan;
  /** When a second deployment is called as well. */
  hedge?: HedgePlan;
}

/**
 * Deployments that may be tried when all others have failed: a request must not fail because of the gateway's own
 * guess, be it that a deployment is down, or that the answer might not fit behind a prompt that does.
 */
export function lastResorts(
  excluded: Ranking['excluded'],
  candidates: readonly Candidate[],
  features: RequestFeatures,
  nowMs: number,
): string[] {
  const byName = new Map(candidates.map((candidate) => [candidate.name, candidate]));
  return excluded
    .flatMap(({ deployment, reasons }) => {
      const candidate = byName.get(deployment);
      if (!candidate || !reasons.every((reason) => isGuess(reason, candidate, features))) return [];
      const fits = reasons.every(({ reason }) => reason !== 'context_length');
      return [{ deployment, fits, backAtMs: backAtMs(candidate.live, nowMs) }];
    })
    .toSorted((a, b) => Number(b.fits) - Number(a.fits) || a.backAtMs - b.backAtMs)
    .map(({ deployment }) => deployment);
}

function isGuess({ reason, transient }: Exclusion, { contextTokens }: Candidate, features: RequestFeatures): boolean {
  // An operator who takes a deployment out does not guess.
  if (reason === 'drained') return false;
  if (reason === 'context_length') return features.inputTokens < (contextTokens ?? Infinity);
  return transient;
}

function backAtMs({ breaker, rateLimitedUntilMs, quota }: LiveState, nowMs: number): number {
  const openUntilMs = breaker.state === 'open' ? breaker.untilMs : 0;
  const filledAtMs = quota?.requests && quota.requests.remaining < 1 ? quota.requests.resetAtMs : 0;
  return Math.max(nowMs, openUntilMs, rateLimitedUntilMs ?? 0, filledAtMs);
}

/** `no_deployment` (`cost_cap_reached` where the request's cap keeps one out), with what stands in the way of each. */
export function noDeployment({ alias, excluded }: RoutingDecision): GatewayError {
  const tooDear = excluded.some(({ reasons: found }) => found.every(({ reason }) => isAboutMoney(reason)));
  const reasons = excluded.map(({ deployment, reasons: found }) => {
    return `${deployment}: ${found.map(({ reason, detail }) => `${detail} (${reason})`).join(', ')}`;
  });
  const message = `No deployment of '${alias}' may take this request. ${reasons.join('; ')}.`;
  if (!tooDear) return new GatewayError({ type: 'no_deployment', message });
  return new GatewayError({
    type: 'cost_cap_reached',
    message: `${message} Raise gateway.maxCostUsd, or lower max_completion_tokens.`,
    param: 'gateway.maxCostUsd',
  });
}

function isAboutMoney(reason: Exclusion['reason']): boolean {
  return reason === 'budget' || reason === 'price_unknown';
}
