import { type PoolModel, referenceOptions } from '../../domain/routing/balance.ts';
import { untried, type Candidate } from '../../domain/routing/candidate.ts';
import { predictedQuality, qualityPredictor, type QualityModel } from '../../domain/routing/quality-model.ts';
import { createPacer } from '../../domain/routing/pacing.ts';
import { rank, type Preferences } from '../../domain/routing/rank.ts';
import { estimateTokens } from '../../domain/estimate-tokens.ts';
import { area, costUsd, highest, outcome, qualityAt, straightLine, sweep, type Guess, type Point } from './curve.ts';
import type { Row } from './dataset.ts';
import { tfidfNeighbours } from './knn.ts';

/** One test part, every way to route it. Ours and the neighbours see the prompt alone; their lengths are predicted. */
export interface Evaluation {
  rows: number;
  best: Point;
  cheapest: Point;
  random: Point;
  oracle: Point;
  /** At the cost of `balanced`. */
  line: Point;
  balanced: Point;
  /** The same where no request is ever answered, as through `POST /v1/route`: bills never correct what was predicted. */
  balancedUnanswered: Point;
  neighboursAtSameCost: Point;
  curve: Point[];
  areaOurs: number;
  neighbourCurve: Point[];
  areaNeighbours: number;
  /** Median and 95th percentile of predicting one prompt, ms. */
  predictMs: { p50: number; p95: number };
}

/** The routers over several sources as one: means by rows. Curves do not add up and are left out. */
export function together(evaluations: readonly Evaluation[]): Evaluation {
  const rows = evaluations.reduce((sum, each) => sum + each.rows, 0);
  const mean = (pick: (each: Evaluation) => number): number =>
    evaluations.reduce((sum, each) => sum + each.rows * pick(each), 0) / rows;
  const point = (pick: (each: Evaluation) => Point): Point => ({
    quality: mean((each) => pick(each).quality),
    costUsd: mean((each) => pick(each).costUsd),
  });
  return {
    rows,
    best: point((each) => each.best),
    cheapest: point((each) => each.cheapest),
    random: point((each) => each.random),
    oracle: point((each) => each.oracle),
    line: point((each) => each.line),
    balanced: point((each) => each.balanced),
    balancedUnanswered: point((each) => each.balancedUnanswered),
    neighboursAtSameCost: point((each) => each.neighboursAtSameCost),
    curve: [],
    neighbourCurve: [],
    areaOurs: Number.NaN,
    areaNeighbours: Number.NaN,
    predictMs: { p50: mean((each) => each.predictMs.p50), p95: mean((each) => each.predictMs.p95) },
  };
}

/**
 * Judges `model` on `test`. `known` are rows the models' past is taken from: which one is best on the whole, and the
 * neighbours of the baseline. For models training has not seen, these are other models' rows, and `best` goes by prior.
 */
export function evaluate(
  test: readonly Row[],
  known: readonly Row[],
  models: readonly PoolModel[],
  model: QualityModel,
): Evaluation {
  const pastOf = ({ model: name, prior }: PoolModel): number => {
    const scores = known.flatMap((row) => row.scores[name] ?? []);
    return scores.length === 0 ? prior : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  };
  const past = models.map(pastOf);
  const meanCost = models.map((_, at) => outcome(test, models, () => at).costUsd);
  const best = outcome(test, models, () => highest(past));
  const cheapest = outcome(test, models, () => highest(meanCost.map((cost) => -cost)));
  const single = models.map((_, at) => outcome(test, models, () => at));

  const durationsMs: number[] = [];
  const predict = qualityPredictor(model);
  const tokens: Row['estTokens'][] = [];
  const qualities = test.map((row) => {
    const startMs = performance.now();
    const prediction = predict(row.prompt);
    durationsMs.push(performance.now() - startMs);
    tokens.push({ in: estimateTokens(row.prompt), out: prediction.outputTokens });
    return models.map(({ model: name }, at) => predictedQuality(prediction, name, past[at]!));
  });
  const guess = (figures: readonly (readonly number[])[]): Guess[][] =>
    figures.map((row, index) => row.map((quality, at) => ({ quality, costUsd: costUsd(tokens[index]!, models[at]!) })));
  const pool = models.map((each, at) => ({ ...each, prior: past[at]! }));
  const byBalance = (answered: boolean): Point =>
    outcome(test, models, balancedChoice(pool, qualities, tokens, model, answered));
  const balanced = byBalance(true);

  const neighbours = tfidfNeighbours(
    known,
    models.map(({ model: name }) => name),
  );
  const curve = sweep(test, models, guess(qualities), best.costUsd);
  const neighbourCurve = sweep(test, models, guess(test.map((row) => neighbours(row.prompt))), best.costUsd);
  durationsMs.sort((a, b) => a - b);
  return {
    rows: test.length,
    best,
    cheapest,
    random: {
      quality: single.reduce((sum, point) => sum + point.quality, 0) / single.length,
      costUsd: single.reduce((sum, point) => sum + point.costUsd, 0) / single.length,
    },
    oracle: outcome(test, models, (row) =>
      highest(models.map((each) => (row.scores[each.model] ?? 0) - costUsd(row.estTokens, each) * 1e-3)),
    ),
    line: { quality: straightLine(balanced.costUsd, cheapest, best), costUsd: balanced.costUsd },
    balanced,
    balancedUnanswered: byBalance(false),
    neighboursAtSameCost: { quality: qualityAt(neighbourCurve, balanced.costUsd), costUsd: balanced.costUsd },
    curve,
    areaOurs: area(curve, cheapest, best),
    neighbourCurve,
    areaNeighbours: area(neighbourCurve, cheapest, best),
    predictMs: { p50: quantile(durationsMs, 0.5), p95: quantile(durationsMs, 0.95) },
  };
}

/** Of sorted values. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The gateway's own `rank` with strategy `balanced`, and its pacing, as requests would meet them one after the other. */
function balancedChoice(
  pool: readonly PoolModel[],
  qualities: readonly (readonly number[])[],
  tokens: readonly Row['estTokens'][],
  model: QualityModel,
  answered: boolean,
): (row: Row, index: number) => number {
  const pacer = createPacer(referenceOptions(model.reference, pool));
  return (row, index) => {
    const balance = pacer.balance();
    const candidates = pool.map(({ model: name, price }, at): Candidate => ({
      name,
      modalities: ['chat'],
      price,
      limits: {},
      local: false,
      quality: qualities[index]![at]!,
      live: untried,
    }));
    const features = {
      modality: 'chat',
      inputTokens: tokens[index]!.in,
      outputTokens: tokens[index]!.out,
      choices: 1,
      needs: [],
      language: 'en',
      code: false,
      math: false,
    } as const;
    const preferences: Preferences = {
      strategy: 'balanced',
      weights: balance.weights,
      reference: { costMicroUsd: balance.referenceCostMicroUsd, latencyMs: 1_000 },
    };
    const { ranked } = rank({ features, constraints: { localOnly: false } }, candidates, preferences, 0);
    const chosen = pool.findIndex(({ model: name }) => name === ranked[0]?.deployment);
    const best = pool.findIndex(({ model: name }) => name === balance.best);
    const costs = (tokensOfRow: Row['estTokens']) => ({
      chosenMicroUsd: costUsd(tokensOfRow, pool[chosen]!) * 1e6,
      bestMicroUsd: costUsd(tokensOfRow, pool[best]!) * 1e6,
    });
    const expected = costs(tokens[index]!);
    const options = ranked.map(({ quality, costMicroUsd }) => ({ quality, costMicroUsd }));
    pacer[answered ? 'sent' : 'asked']({ options, bestMicroUsd: expected.bestMicroUsd }, expected.chosenMicroUsd);
    if (answered) pacer.answered(expected, costs(row.estTokens));
    return chosen;
  };
}
