import type { Price } from '../deployment.ts';
import { predictedQuality, type ReferencePrompt } from './quality-model.ts';
import type { Weights } from './rank.ts';

/** A model of an alias. */
export interface PoolModel {
  model: string;
  /** Its quality (0 to 1) where nothing was learned about it. */
  prior: number;
  price: Price;
}

/** How `balanced` weighs the models of one alias. */
export interface Balance {
  weights: Weights;
  /** What a usual request costs on the model that is best on the whole. */
  referenceCostMicroUsd: number;
  /** That model. */
  best: string;
  /** Share of that model's cost that is aimed at. */
  targetShare: number;
}

/** Share of always-best's cost that `balanced` aims at; the promise is 45%, the rest is for traffic that drifts. */
export const targetShare = 0.42;
/** Even where the target is kept without it: a point of quality is not worth more than this part of a reference request. */
export const leastCostWeight = 0.05;
/** So much that quality no longer counts. */
const mostCostWeight = 1e6;
/** Between equals the faster one: a reference latency is worth one percent of quality. */
const latencyWeight = 0.01;

/**
 * Weights with which the models' own predictions, on the reference prompts, keep to `targetShare` of the cost of always
 * using the best model: on those prompts its models were trained with, where there are any. Needs no labels, only prices
 * and predictions, so it serves models nobody has rated as well. The cost weight is the smallest one that does, found by
 * bisection; quality is thus the highest the target allows. Where even the cheapest choice costs more than that, the same part is aimed at of what can be saved at all: a small saving
 * must not outweigh quality.
 */
export function balanceFor(reference: readonly ReferencePrompt[], pool: readonly PoolModel[]): Balance {
  const familiar = reference.filter((prompt) => pool.some(({ model }) => Object.hasOwn(prompt.quality, model)));
  const prompts = (familiar.length > 0 ? familiar : reference).map((prompt) =>
    pool.map(({ model, prior, price }) => ({
      quality: predictedQuality({ ease: prompt.ease, known: prompt.quality }, model, prior),
      cost: prompt.inputTokens * price.inputUsdPerMTok + prompt.outputTokens * price.outputUsdPerMTok,
    })),
  );
  const meanOf = (pick: (options: { quality: number; cost: number }[]) => number): number =>
    prompts.reduce((sum, options) => sum + pick(options), 0) / Math.max(1, prompts.length);
  const qualities = pool.map((_, index) => meanOf((options) => options[index]?.quality ?? 0));
  const best = qualities.indexOf(Math.max(...qualities));
  const referenceCostMicroUsd = meanOf((options) => options[best]?.cost ?? 0);
  const share = (costWeight: number): number =>
    meanOf((options) => cheapestBest(options, costWeight / referenceCostMicroUsd)) / referenceCostMicroUsd;

  let low = leastCostWeight;
  let high = leastCostWeight;
  const leastShare = referenceCostMicroUsd > 0 ? share(mostCostWeight) : 0;
  const aim = leastShare > targetShare ? leastShare + targetShare * (1 - leastShare) : targetShare;
  if (referenceCostMicroUsd > 0) {
    while (share(high) > aim && high < mostCostWeight) high *= 2;
    for (let step = 0; step < 30 && high > low; step++) {
      const middle = (low + high) / 2;
      if (share(middle) > aim) low = middle;
      else high = middle;
    }
  }
  return {
    weights: { quality: 1, cost: high, latency: latencyWeight },
    referenceCostMicroUsd,
    best: pool[best]?.model ?? '',
    targetShare: aim,
  };
}

/** Cost of the option with the highest utility. */
function cheapestBest(options: readonly { quality: number; cost: number }[], costRate: number): number {
  let chosen = 0;
  let most = -Infinity;
  for (const { quality, cost } of options) {
    const utility = quality - costRate * cost;
    if (utility > most || (utility === most && cost < chosen)) {
      most = utility;
      chosen = cost;
    }
  }
  return chosen;
}
