import type { PoolModel } from '../../domain/routing/balance.ts';
import type { Row } from './dataset.ts';

/** A way to route: mean score (0 to 1) and mean cost in USD a prompt. */
export interface Point {
  quality: number;
  costUsd: number;
}

/** USD, by the data set's own rule. */
export function costUsd(tokens: Row['estTokens'], { price }: PoolModel): number {
  return (tokens.in * price.inputUsdPerMTok + tokens.out * price.outputUsdPerMTok) / 1e6;
}

/** Mean over rows of what `choose` picks (an index into `models`). */
export function outcome(
  rows: readonly Row[],
  models: readonly PoolModel[],
  choose: (row: Row, index: number) => number,
): Point {
  let quality = 0;
  let cost = 0;
  rows.forEach((row, index) => {
    const model = models[choose(row, index)]!;
    quality += row.scores[model.model] ?? 0;
    cost += costUsd(row.estTokens, model);
  });
  return { quality: quality / rows.length, costUsd: cost / rows.length };
}

/** Index of the model with the highest figure; the first of equals. */
export function highest(figures: readonly number[]): number {
  return figures.indexOf(Math.max(...figures));
}

/** What a router thinks of one model for one prompt, from the prompt alone. */
export interface Guess {
  quality: number;
  costUsd: number;
}

/**
 * What guesses are worth at each price of quality: the router that takes the highest quality − λ · cost, for λ from
 * none to so much that only cost counts. `guesses[row][model]`; cost in units of `unitUsd`.
 */
export function sweep(
  rows: readonly Row[],
  models: readonly PoolModel[],
  guesses: readonly (readonly Guess[])[],
  unitUsd: number,
): Point[] {
  const lambdas = [0, ...Array.from({ length: 100 }, (_, step) => 10 ** (-4 + (7 * step) / 99))];
  return lambdas.map((lambda) =>
    outcome(rows, models, (_row, index) =>
      highest(guesses[index]!.map((guess) => guess.quality - (lambda * guess.costUsd) / unitUsd)),
    ),
  );
}

/**
 * Mean quality over all costs from the cheapest model's to the best one's, as a share of the best model's quality: the
 * area under the curve, straight between its points. Beyond the curve's dearest point its quality is kept.
 */
export function area(curve: readonly Point[], cheapest: Point, best: Point): number {
  const steps = 200;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    sum += qualityAt(curve, cheapest.costUsd + ((best.costUsd - cheapest.costUsd) * step) / steps);
  }
  return sum / (steps + 1) / best.quality;
}

/** Quality of the curve at a cost in USD a prompt. */
export function qualityAt(curve: readonly Point[], cost: number): number {
  const sorted = curve.toSorted((a, b) => a.costUsd - b.costUsd);
  const after = sorted.findIndex((point) => point.costUsd >= cost);
  if (after === -1) return sorted.at(-1)!.quality;
  if (after === 0) return sorted[0]!.quality;
  const left = sorted[after - 1]!;
  const right = sorted[after]!;
  const width = right.costUsd - left.costUsd;
  return width === 0 ? right.quality : left.quality + ((right.quality - left.quality) * (cost - left.costUsd)) / width;
}

/** Quality of mixing "always cheapest" and "always best" at random so as to cost this much. */
export function straightLine(cost: number, cheapest: Point, best: Point): number {
  const share = (cost - cheapest.costUsd) / (best.costUsd - cheapest.costUsd);
  return cheapest.quality + share * (best.quality - cheapest.quality);
}
