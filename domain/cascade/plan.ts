import type { AnswerCheck } from './answer-checks.ts';

/** Who decides whether a draft is good enough. */
export interface Verifier {
  checks: readonly AnswerCheck[];
  /** Least mean log-probability of the draft's tokens, where the provider gives them. */
  minMeanLogprob?: number;
  /** The same question is asked again so many times; the draft must agree with the answers. */
  selfConsistency?: { samples: number; minAgreement: number };
  /** Another model gives a score from 0 to 1. */
  judge?: { deployment: string; minScore: number };
}

/** How one request climbs: the answer of each rung but the last is a draft. */
export interface CascadePlan {
  /** Deployments from light to large. */
  rungs: string[];
  verifier: Verifier;
}

/** What the ranking says of a deployment that may be a rung. */
interface RungCandidate {
  deployment: string;
  costMicroUsd: number;
  /** Predicted chance of a good answer, 0 to 1. */
  quality: number;
}

/**
 * The rungs among ranked deployments: the longest beginning in which each is at least as good as the one before and
 * costs at least as much. A deployment of a model that is a rung already is none: it would give the same answer. Those
 * that are thought too weak for this prompt are left out, except the last.
 */
function rungsOf(
  ranked: readonly RungCandidate[],
  modelOf: (deployment: string) => string,
  minQuality: number,
): string[] {
  const rungs: RungCandidate[] = [];
  for (const candidate of ranked) {
    const before = rungs.at(-1);
    if (before && (candidate.quality < before.quality || candidate.costMicroUsd < before.costMicroUsd)) break;
    if (!rungs.some(({ deployment }) => modelOf(deployment) === modelOf(candidate.deployment))) rungs.push(candidate);
  }
  return rungs
    .filter(({ quality }, index) => quality >= minQuality || index === rungs.length - 1)
    .map(({ deployment }) => deployment);
}

/** How a request with this ranking climbs; undefined where there is nothing to climb to. */
export function cascadePlan(
  { verifier, minQuality }: { verifier: Verifier; minQuality: number },
  ranked: readonly RungCandidate[],
  modelOf: (deployment: string) => string,
): CascadePlan | undefined {
  const rungs = rungsOf(ranked, modelOf, minQuality);
  return rungs.length > 1 ? { rungs, verifier } : undefined;
}

/** The rungs that the request may still use. */
export function within({ rungs, verifier }: CascadePlan, deployments: readonly string[]): CascadePlan {
  return { rungs: rungs.filter((rung) => deployments.includes(rung)), verifier };
}

/** Deployments that are called to judge drafts, once for each call, where every draft is judged and none is taken. */
export function verifierCalls({ rungs, verifier: { selfConsistency, judge } }: CascadePlan): string[] {
  return rungs
    .slice(0, -1)
    .flatMap((rung) => [
      ...Array.from({ length: selfConsistency?.samples ?? 0 }, () => rung),
      ...(judge ? [judge.deployment] : []),
    ]);
}

/** True where the answer of this deployment is a draft: some larger rung has not been tried yet. */
export function isDraft(plan: CascadePlan, deployment: string, tried: readonly string[]): boolean {
  const at = plan.rungs.indexOf(deployment);
  return at >= 0 && plan.rungs.slice(at + 1).some((rung) => !tried.includes(rung));
}

/** True where the checks of the answer alone decide, so no further model is asked. */
export function checksDecide({ selfConsistency, judge }: Verifier): boolean {
  return !selfConsistency && !judge;
}
