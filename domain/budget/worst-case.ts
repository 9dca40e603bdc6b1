import { worstCaseCostMicroUsd } from '../cost.ts';
import type { Price } from '../deployment.ts';
import type { RequestFeatures } from '../routing/request-features.ts';

/** What must be known of a deployment to say what a request can cost there. */
export interface PricedModel {
  price?: Price;
  /** A server of one's own: without a price it costs nothing. */
  local: boolean;
  contextTokens?: number;
  /** Most tokens of one answer. */
  maxOutputTokens?: number;
}

/** Input estimates without a tokenizer err by up to this factor on code and rare scripts; a bound must not be under. */
const inputMargin = 1.5;
/** Bound of an answer where neither the client nor the catalogue says one. */
const unknownOutputTokens = 32_768;
/** An answer that a cap must pay for where the client did not say how long it may be. */
const usualOutputTokens = 4096;

/**
 * The most this request can cost there, in micro-USD: what a budget must be able to pay. Undefined where the price is
 * unknown; a local server without a price costs nothing.
 */
export function worstCaseMicroUsd(features: RequestFeatures, model: PricedModel): number | undefined {
  const inputTokens = Math.ceil(features.inputTokens * inputMargin);
  return boundedCostMicroUsd(features, model, inputTokens, outputBound(features, model));
}

/**
 * The most a usual answer to this request can cost there, in micro-USD: what a cap on one request must be able to pay. A
 * longer answer is limited to the cap. Undefined as for the worst case.
 */
export function usualWorstCaseMicroUsd(features: RequestFeatures, model: PricedModel): number | undefined {
  return worstCaseMicroUsd({ ...features, maxOutputTokens: features.maxOutputTokens ?? usualOutputTokens }, model);
}

/** What the request costs there with an answer of `outputTokens` for each choice; undefined as for the worst case. */
export function costWithOutput(
  features: RequestFeatures,
  model: PricedModel,
  outputTokens: number,
): number | undefined {
  return boundedCostMicroUsd(
    features,
    model,
    features.inputTokens,
    Math.min(outputTokens, outputBound(features, model)),
  );
}

/**
 * The longest answer (tokens of each choice) that `capMicroUsd` pays for behind this request's input; 0 where it does
 * not pay for one token, Infinity where a longer answer costs nothing.
 */
export function affordableOutputTokens(features: RequestFeatures, model: PricedModel, capMicroUsd: number): number {
  const cost = (outputTokens: number) => boundedCostMicroUsd(features, model, features.inputTokens, outputTokens) ?? 0;
  const most = outputBound(features, model);
  if (cost(most) <= capMicroUsd) return Infinity;
  if (cost(1) > capMicroUsd) return 0;
  let fits = 1;
  for (let tooMany = most; tooMany - fits > 1;) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (cost(middle) <= capMicroUsd) fits = middle;
    else tooMany = middle;
  }
  return fits;
}

function outputBound(features: RequestFeatures, { contextTokens, maxOutputTokens }: PricedModel): number {
  const room = contextTokens === undefined ? unknownOutputTokens : Math.max(1, contextTokens - features.inputTokens);
  return Math.min(features.maxOutputTokens ?? Infinity, maxOutputTokens ?? room);
}

function boundedCostMicroUsd(
  { choices, needs }: RequestFeatures,
  { price, local }: PricedModel,
  inputTokens: number,
  outputTokens: number,
): number | undefined {
  if (!price) return local ? 0 : undefined;
  const bound = {
    inputTokens,
    outputTokens,
    choices,
    audio: needs.includes('audio'),
    images: needs.includes('vision'),
  };
  return worstCaseCostMicroUsd(bound, price);
}
