import { type Balance, leastCostWeight } from './balance.ts';

/** How fast the cost weight follows the traffic: about a hundred requests undo a change of its kind. */
const weightRate = 0.02;
/** Part of each request in the running mean of what the best model costs. */
const referenceRate = 0.01;

/** One answered request, in micro-USD. */
export interface PacedRequest {
  /** What it has cost. */
  chosenMicroUsd: number;
  /** What the same usage would have cost on the balance's best model. */
  bestMicroUsd: number;
  /** What the ranking had expected of that model: the scale on which the ranking weighs cost. */
  expectedBestMicroUsd: number;
}

/**
 * The balance for the next request: a little more weight on cost after a request above the target share, a little less
 * after one below. It keeps the promised share on traffic unlike the reference prompts, needs no ratings, and forgets
 * slowly. The unit of cost follows the traffic as a running mean. One step of dual mirror descent on the budget's multiplier (Balseiro, Lu & Mirrokni 2020, "Dual mirror
 * descent for online allocation problems").
 */
export function paced(balance: Balance, request: PacedRequest): Balance {
  const referenceCostMicroUsd =
    balance.referenceCostMicroUsd + referenceRate * (request.expectedBestMicroUsd - balance.referenceCostMicroUsd);
  const over =
    (request.chosenMicroUsd - balance.targetShare * request.bestMicroUsd) / Math.max(1, referenceCostMicroUsd);
  // One giant request must not shut the good model out for all that follow.
  const step = Math.max(-1, Math.min(1, over)) * weightRate;
  const cost = Math.max(leastCostWeight, balance.weights.cost * Math.exp(step));
  return { ...balance, weights: { ...balance.weights, cost }, referenceCostMicroUsd };
}
