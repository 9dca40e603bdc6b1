import type { Deployment } from '../deployment.ts';
import type { RequestFeatures } from '../routing/request-features.ts';
import type { CostEstimate } from './reservation.ts';
import { costWithOutput, type PricedModel, worstCaseMicroUsd } from './worst-case.ts';

export type EstimatedCost =
  | { kind: 'priced'; estimate: CostEstimate }
  /** None of the deployments charges anything. */
  | { kind: 'free' }
  /** Nobody knows what this deployment charges. */
  | { kind: 'unpriced'; deployment: string };

/**
 * What a request may cost that goes to these deployments: to one of them, the dearest, or to all of them where `all` of
 * their answers may be paid for.
 */
export function estimateCost(
  features: RequestFeatures,
  deployments: readonly Deployment[],
  { all }: { all: boolean },
): EstimatedCost {
  const unpriced = deployments.find(({ price, provider }) => !price && !provider.local);
  if (unpriced) return { kind: 'unpriced', deployment: unpriced.name };
  const over = (cost: (model: PricedModel) => number | undefined): number => {
    const costs = deployments.map((deployment) => cost(pricedModel(deployment)) ?? 0);
    return all ? costs.reduce((sum, each) => sum + each, 0) : Math.max(0, ...costs);
  };
  const worstMicroUsd = over((model) => worstCaseMicroUsd(features, model));
  if (worstMicroUsd === 0) return { kind: 'free' };
  const estimate: CostEstimate = {
    worstMicroUsd,
    predictedMicroUsd: over((model) => costWithOutput(features, model, features.outputTokens)),
    leastMicroUsd:
      features.maxOutputTokens === undefined ? over((model) => costWithOutput(features, model, 1)) : worstMicroUsd,
  };
  return { kind: 'priced', estimate };
}

export function pricedModel({ price, provider, contextTokens, maxOutputTokens }: Deployment): PricedModel {
  return {
    local: provider.local,
    ...(price && { price }),
    ...(contextTokens !== undefined && { contextTokens }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}
