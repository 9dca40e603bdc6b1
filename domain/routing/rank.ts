import { costMicroUsd } from '../cost.ts';
import type { Candidate, Constraints, Exclusion, LiveState } from './candidate.ts';
import { exclusionsOf } from './exclusions.ts';
import type { RequestFeatures } from './request-features.ts';

export const strategies = ['ordered', 'balanced', 'cheapest', 'fastest', 'best', 'cascade'] as const;
export type Strategy = (typeof strategies)[number];

/** How much each aim counts; not negative, at least one positive. Only their proportions matter. */
export interface Weights {
  quality: number;
  cost: number;
  latency: number;
}

/** What counts as one unit of cost and of latency. */
interface Reference {
  costMicroUsd: number;
  latencyMs: number;
}

export interface Preferences {
  strategy: Strategy;
  weights: Weights;
  /**
   * A usual request on the best deployment, from recent traffic. Without it, the dearest and the slowest eligible
   * candidate of this request are the units: then short and long requests are judged alike.
   */
  reference?: Reference;
}

interface RankedCandidate {
  deployment: string;
  /** 1 for the deployment to try first. */
  rank: number;
  latencyMs: number;
  /** Expected, rounded up; 0 where the price is unknown. */
  costMicroUsd: number;
  /** Chance of a good answer, 0 to 1. */
  quality: number;
  /** Utility by the weights, in quality points. */
  score: number;
}

export interface Ranking {
  strategy: Strategy;
  ranked: RankedCandidate[];
  excluded: { deployment: string; reasons: Exclusion[] }[];
}

/** For a deployment never measured: a usual cloud model, so that it gets its first calls. */
export const unmeasured = { firstTokenMs: 800, tokensPerSecond: 50 };
/** A call that fails is made again elsewhere; above this share of failures the expectation says no more. */
const maxErrorRate = 0.9;

/**
 * Time to the end of the answer, in ms: half way between mean and tail for the first token and the speed of the rest,
 * so that an unsteady deployment counts as slower, times 1 / (1 − error rate), the expected number of tries.
 */
export function predictLatencyMs(live: LiveState, outputTokens: number): number {
  const firstTokenMs = live.firstTokenMs
    ? (live.firstTokenMs.mean + live.firstTokenMs.tail) / 2
    : unmeasured.firstTokenMs;
  const speed = live.tokensPerSecond
    ? (live.tokensPerSecond.mean + live.tokensPerSecond.tail) / 2
    : unmeasured.tokensPerSecond;
  const onceMs = firstTokenMs + (1000 * outputTokens) / Math.max(0.1, speed);
  return Math.round(onceMs / (1 - Math.min(maxErrorRate, live.errorRate)));
}

interface Scored extends Omit<RankedCandidate, 'rank'> {
  position: number;
  inFlight: number;
}

/**
 * Puts the candidates in the order in which they should be tried, and says why the others may not be. Pure and
 * deterministic; `candidates` are in the order of the configuration, `nowMs` is milliseconds since the epoch.
 *
 * Utility of an eligible candidate, with weights scaled to a sum of 1:
 *
 *   score = w_quality · quality · (1 − error rate) − w_cost · cost / reference cost − w_latency · latency / reference latency
 *
 * Each term has no unit, so the weights are rates of exchange: w_cost / w_quality is how much chance of a good answer
 * one is ready to give up to save the cost of one reference request. Cost enters linearly, not as a logarithm: choosing
 * the highest quality − λ · cost for each request is what maximises the mean quality within a total budget (λ is the
 * budget's Lagrange multiplier; Everett 1963), and a logarithm would pay as much for saving a tenth of a cent nine times
 * over as for saving it on a dollar.
 *
 * - `ordered`: as configured. `cheapest`, `fastest`, `best`: by that figure alone. `balanced`: by score.
 * - `cascade`: from cheap to dear, no step of the ladder worse than the one before; who is neither comes after.
 *
 * Ties go to the higher score, then to fewer calls in flight, then to the order of the configuration.
 */
export function rank(
  request: { features: RequestFeatures; constraints: Constraints },
  candidates: readonly Candidate[],
  preferences: Preferences,
  nowMs: number,
): Ranking {
  const eligible: { candidate: Candidate; position: number }[] = [];
  const excluded: Ranking['excluded'] = [];
  candidates.forEach((candidate, position) => {
    const reasons = exclusionsOf(request.features, candidate, request.constraints, nowMs);
    if (reasons.length > 0) excluded.push({ deployment: candidate.name, reasons });
    else eligible.push({ candidate, position });
  });
  const ordered = order(score(request.features, eligible, preferences), preferences.strategy);
  const ranked = ordered.map(({ position: _position, inFlight: _inFlight, ...figures }, index) => ({
    ...figures,
    rank: index + 1,
  }));
  return { strategy: preferences.strategy, ranked, excluded };
}

function score(
  features: RequestFeatures,
  eligible: readonly { candidate: Candidate; position: number }[],
  { weights, reference }: Preferences,
): Scored[] {
  const usage = {
    prompt_tokens: features.inputTokens,
    completion_tokens: features.outputTokens * features.choices,
    total_tokens: features.inputTokens + features.outputTokens * features.choices,
  };
  const figures = eligible.map(({ candidate, position }) => ({
    candidate,
    position,
    cost: candidate.price ? costMicroUsd(usage, candidate.price) : 0,
    latencyMs: predictLatencyMs(candidate.live, features.outputTokens),
  }));
  const costUnit = reference?.costMicroUsd ?? figures.reduce((most, each) => Math.max(most, each.cost), 0);
  const latencyUnit = reference?.latencyMs ?? figures.reduce((most, each) => Math.max(most, each.latencyMs), 0);
  const sum = weights.quality + weights.cost + weights.latency || 1;
  return figures.map(({ candidate, position, cost, latencyMs }) => {
    const utility =
      weights.quality * candidate.quality * (1 - candidate.live.errorRate) -
      weights.cost * (cost / Math.max(1, costUnit)) -
      weights.latency * (latencyMs / Math.max(1, latencyUnit));
    return {
      deployment: candidate.name,
      latencyMs,
      costMicroUsd: cost,
      quality: candidate.quality,
      // Twelve decimals: equal terms summed in another order must tie.
      score: Math.round((utility / sum) * 1e12) / 1e12,
      position,
      inFlight: candidate.live.inFlight,
    };
  });
}

function byTie(a: Scored, b: Scored): number {
  return b.score - a.score || a.inFlight - b.inFlight || a.position - b.position;
}

function order(scored: readonly Scored[], strategy: Strategy): Scored[] {
  switch (strategy) {
    case 'ordered':
      return scored.toSorted((a, b) => a.position - b.position);
    case 'balanced':
      return scored.toSorted(byTie);
    case 'cheapest':
      return scored.toSorted((a, b) => a.costMicroUsd - b.costMicroUsd || b.quality - a.quality || byTie(a, b));
    case 'fastest':
      return scored.toSorted((a, b) => a.latencyMs - b.latencyMs || byTie(a, b));
    case 'best':
      return scored.toSorted((a, b) => b.quality - a.quality || byTie(a, b));
    default:
      return ladder(scored);
  }
}

/** Equals keep the operator's order: it says which of them is the light one. */
function ladder(scored: readonly Scored[]): Scored[] {
  const steps: Scored[] = [];
  const rest: Scored[] = [];
  const climbing = scored.toSorted(
    (a, b) => a.costMicroUsd - b.costMicroUsd || b.quality - a.quality || a.position - b.position,
  );
  for (const each of climbing) {
    if (each.quality >= (steps.at(-1)?.quality ?? -1)) steps.push(each);
    else rest.push(each);
  }
  return [...steps, ...rest.toSorted(byTie)];
}
