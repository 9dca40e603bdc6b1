import type { Price } from '../deployment.ts';
import { predictedQuality, type ReferencePrompt } from './quality-model.ts';
import type { Weights } from './rank.ts';

/** A model of an alias. */
export interface PoolModel {
  model: string;
  /** Its quality (0 to 1) where nothing was learned about it. */
  prior: number;
  /** The prior is the operator's own figure, which stands in place of what was learned. */
  isRated?: boolean;
  price: Price;
}

/** One way to answer a prompt. */
interface Option {
  /** Chance of a good answer, 0 to 1. */
  quality: number;
  costMicroUsd: number;
}

/** The ways to answer one prompt, and what the balance's best model would cost there. */
export interface PromptOptions {
  options: readonly Option[];
  bestMicroUsd: number;
}

/** How `balanced` weighs the models of one alias. */
export interface Balance {
  weights: Weights;
  /** What a usual request costs on the model that is best on the whole: the unit in which the weights count cost. */
  referenceCostMicroUsd: number;
  /** That model. */
  best: string;
  /** Share of that model's cost that is aimed at. */
  targetShare: number;
}

/** Share of always-best's cost that `balanced` aims at; the promise is 45%, the rest is for answers longer than predicted. */
export const targetShare = 0.44;
/** Even where the target is kept without it: a point of quality is not worth more than this part of a reference request. */
const leastCostWeight = 0.02;
/** So much that quality no longer counts. */
const mostCostWeight = 1e6;
/** Between equals the faster one: a reference latency is worth one percent of quality. */
const latencyWeight = 0.01;

/** What the models of a pool are thought to be worth on the prompts that the quality model knows. */
export interface ReferenceOptions {
  best: string;
  referenceCostMicroUsd: number;
  prompts: PromptOptions[];
}

/**
 * The pool's options on the reference prompts: on those its models were trained with, where there are any. Needs no
 * labels, only prices and predictions, so it serves models nobody has rated as well.
 */
export function referenceOptions(reference: readonly ReferencePrompt[], pool: readonly PoolModel[]): ReferenceOptions {
  const familiar = reference.filter((prompt) => pool.some(({ model }) => Object.hasOwn(prompt.quality, model)));
  const all = (familiar.length > 0 ? familiar : reference).map((prompt) =>
    pool.map(({ model, prior, isRated, price }) => ({
      quality: predictedQuality({ ease: prompt.ease, known: isRated ? {} : prompt.quality }, model, prior),
      costMicroUsd: prompt.inputTokens * price.inputUsdPerMTok + prompt.outputTokens * price.outputUsdPerMTok,
    })),
  );
  const meanQuality = pool.map((_, index) => mean(all.map((options) => options[index]?.quality ?? 0)));
  const best = meanQuality.indexOf(Math.max(...meanQuality));
  const prompts = all.map((options) => ({ options, bestMicroUsd: options[best]?.costMicroUsd ?? 0 }));
  return {
    best: pool[best]?.model ?? '',
    referenceCostMicroUsd: mean(prompts.map(({ bestMicroUsd }) => bestMicroUsd)),
    prompts,
  };
}

/** The balance to begin with, before any traffic was seen. */
export function firstBalance({ best, referenceCostMicroUsd, prompts }: ReferenceOptions): Balance {
  const least = referenceCostMicroUsd > 0 ? costShare(prompts, mostCostWeight / referenceCostMicroUsd) : 0;
  // Where even the cheapest choice costs more than the target, the same part is aimed at of what can be saved at all: a
  // small saving must not outweigh quality.
  const aim = least > targetShare ? least + targetShare * (1 - least) : targetShare;
  return balanceWith(
    { best, referenceCostMicroUsd, targetShare: aim },
    costWeightsFor(prompts, referenceCostMicroUsd, aim).keeps,
  );
}

export function balanceWith(balance: Omit<Balance, 'weights'>, costWeight: number): Balance {
  return { ...balance, weights: { quality: 1, cost: costWeight, latency: latencyWeight } };
}

/**
 * The smallest weight of cost with which choosing the highest quality − weight · cost / unit keeps to `aim`, a share of
 * what the best model costs on these prompts: quality is thus the highest that `aim` allows. And the largest weight that
 * was found to spend more, which is far from keeping to it only where prompts are alike. Found by bisection.
 */
export function costWeightsFor(
  prompts: readonly PromptOptions[],
  unitMicroUsd: number,
  aim: number,
): { keeps: number; exceeds: number } {
  if (unitMicroUsd <= 0) return { keeps: leastCostWeight, exceeds: leastCostWeight };
  const over = (costWeight: number): boolean => costShare(prompts, costWeight / unitMicroUsd) > aim;
  let low = leastCostWeight;
  let high = leastCostWeight;
  while (over(high) && high < mostCostWeight) {
    low = high;
    high *= 2;
  }
  for (let step = 0; step < 12 && high > low; step++) {
    const middle = (low + high) / 2;
    if (over(middle)) low = middle;
    else high = middle;
  }
  return { keeps: high, exceeds: low };
}

/** What choosing by `quality − costRate · cost` costs, as a share of the best model. */
function costShare(prompts: readonly PromptOptions[], costRate: number): number {
  let chosen = 0;
  let best = 0;
  for (const { options, bestMicroUsd } of prompts) {
    best += bestMicroUsd;
    chosen += cheapestBest(options, costRate);
  }
  return best > 0 ? chosen / best : 0;
}

/** Cost of the option with the highest utility. */
function cheapestBest(options: readonly Option[], costRate: number): number {
  let chosen = 0;
  let most = -Infinity;
  for (const { quality, costMicroUsd } of options) {
    const utility = quality - costRate * costMicroUsd;
    if (utility > most || (utility === most && costMicroUsd < chosen)) {
      most = utility;
      chosen = costMicroUsd;
    }
  }
  return chosen;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
