import { z } from 'zod';
import { answerChecks } from '../../domain/cascade/answer-checks.ts';
import type { CascadePlan } from '../../domain/cascade/plan.ts';
import { exclusionReasons } from '../../domain/routing/candidate.ts';
import type { ExclusionReason } from '../../domain/routing/candidate.ts';
import type { RoutingDecision } from '../../domain/routing/decision.ts';
import { strategies } from '../../domain/routing/rank.ts';

const reasonNames = Object.keys(exclusionReasons) as ExclusionReason[];

/** Which deployments a request tries, and why. */
export const routeObject = z.object({
  model: z.string().describe('Alias or deployment that was asked for'),
  strategy: z.enum(strategies),
  weights: z
    .object({ cost: z.number(), latency: z.number(), quality: z.number() })
    .describe('What decides for balanced; for the other strategies only between equals'),
  order: z.array(z.string()).describe('Deployments to try: the ranked ones, then those that are out only for now'),
  ranked: z.array(
    z.object({
      deployment: z.string(),
      rank: z.int(),
      latency_ms: z.number().describe('Predicted time to the end of the answer'),
      cost_usd: z.number().describe('Predicted; 0 where the price is unknown'),
      quality: z.number().describe('Predicted chance of a good answer, 0 to 1'),
      score: z.number(),
    }),
  ),
  cascade: z
    .object({
      rungs: z.array(z.string()).describe('From light to large; the answer of each but the last is a draft'),
      checks: z.array(z.enum(answerChecks)).describe('What a draft must pass'),
      min_mean_logprob: z.number().nullable(),
      self_consistency: z.object({ samples: z.int(), min_agreement: z.number() }).nullable(),
      judge: z.object({ deployment: z.string(), min_score: z.number() }).nullable(),
    })
    .nullable()
    .describe('How an alias of strategy cascade climbs'),
  quality_model: z
    .string()
    .nullable()
    .describe('Version of the model that judged the prompt; null where the order needed no judgement'),
  hedge: z
    .object({ after_ms: z.int(), max_share: z.number(), max_extra_cost_usd: z.number().nullable() })
    .nullable()
    .describe('When a second deployment is called as well'),
  excluded: z.array(
    z.object({
      deployment: z.string(),
      reasons: z.array(
        z.object({
          reason: z.enum(reasonNames),
          transient: z.boolean().describe('Passes by itself'),
          detail: z.string(),
        }),
      ),
    }),
  ),
});

export function toRouteObject({
  alias,
  strategy,
  weights,
  order,
  ranked,
  excluded,
  cascade,
  hedge,
  qualityModel,
}: RoutingDecision) {
  const { cost, latency, quality } = weights;
  return {
    model: alias,
    strategy,
    weights: { cost, latency, quality },
    order,
    ranked: ranked.map(({ deployment, rank, latencyMs, costMicroUsd, quality: chance, score }) => ({
      deployment,
      rank,
      latency_ms: latencyMs,
      cost_usd: costMicroUsd / 1_000_000,
      quality: chance,
      score,
    })),
    cascade: cascade ? toCascadeObject(cascade) : null,
    quality_model: qualityModel ?? null,
    hedge: hedge
      ? {
          after_ms: hedge.afterMs,
          max_share: hedge.maxShare,
          max_extra_cost_usd: hedge.maxExtraCostMicroUsd === undefined ? null : hedge.maxExtraCostMicroUsd / 1e6,
        }
      : null,
    excluded,
  };
}

function toCascadeObject({ rungs, verifier }: CascadePlan) {
  const { checks, minMeanLogprob, selfConsistency, judge } = verifier;
  return {
    rungs,
    checks: [...checks],
    min_mean_logprob: minMeanLogprob ?? null,
    self_consistency: selfConsistency
      ? { samples: selfConsistency.samples, min_agreement: selfConsistency.minAgreement }
      : null,
    judge: judge ? { deployment: judge.deployment, min_score: judge.minScore } : null,
  };
}
