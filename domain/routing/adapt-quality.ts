import { type PromptFeatures, type VectorScale, vectorOf } from './prompt-vector.ts';
import { type QualityHead, type QualityModel, qualityScale, scoreWith } from './quality-model.ts';
import { fitRidge } from './ridge.ts';

/** How good one answer was: the prompt's features, never its text. */
export interface FeedbackRow {
  /** The model's name at its provider. */
  model: string;
  features: PromptFeatures;
  /** 0 to 1. */
  score: number;
}

/** As in training: a weak pull towards what was known before. */
const ridgeAlpha = 30;
const shrinkage = 0.5;
/** The base counts as so many rows of a model's own: a few voices do not move it far. */
const priorRows = 20;
/** Below this a model that training has not seen keeps its prior. */
const minRowsOfNewModel = 20;

/**
 * A quality model that has learned from own feedback: each model's head is the one it had plus a ridge regression on
 * what it got wrong. The rows the base was trained on are not needed. Pure and deterministic.
 */
export function adaptQuality(
  base: QualityModel,
  rows: readonly FeedbackRow[],
  card: { trainedAt: string; dataHash: string },
): QualityModel {
  const scale = qualityScale(base);
  const byModel = Map.groupBy(rows, ({ model }) => model);
  const models: Record<string, QualityHead> = { ...base.models };
  const shifts: Record<string, number> = {};
  const seen: QualityModel['card']['models'] = { ...base.card.models };
  for (const [name, own] of [...byModel].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const known = base.models[name];
    const meanScore = own.reduce((sum, { score }) => sum + score, 0) / own.length;
    seen[name] = {
      rows: (known ? (base.card.models[name]?.rows ?? 0) : 0) + own.length,
      meanScore: round(meanScore, 4),
    };
    if (!known && own.length < minRowsOfNewModel) continue;
    const head = known ?? { ...base.ease, mean: meanScore };
    models[name] = corrected(head, own, scale);
    shifts[name] = models[name].mean - head.mean;
  }
  return {
    ...base,
    models,
    reference: base.reference.map((prompt) => ({
      ...prompt,
      quality: Object.fromEntries(
        Object.entries(prompt.quality).map(([name, value]) => [name, round(value + (shifts[name] ?? 0), 4)]),
      ),
    })),
    card: {
      ...base.card,
      trainedAt: card.trainedAt,
      dataHash: card.dataHash,
      rows: base.card.rows + rows.length,
      models: seen,
      method: `${base.card.method}; then ridge on the errors of ${rows.length} answers with own feedback`,
      results: [...base.card.results, ...heldOut(base, rows)],
    },
  };
}

function corrected(head: QualityHead, rows: readonly FeedbackRow[], scale: VectorScale): QualityHead {
  const { hashBits } = scale;
  const vectors = rows.map(({ features }) => vectorOf(features, scale));
  const errors = rows.map(({ score }, at) => score - scoreWith(head, vectors[at]!, hashBits));
  const shift = errors.reduce((sum, error) => sum + error, 0) / (rows.length + priorRows);
  const buckets = 2 ** hashBits;
  const size = buckets + head.shapeWeights.length;
  const correction = fitRidge(vectors, errors, size, ridgeAlpha).map((weight) => weight * shrinkage);
  const before = new Int8Array(Buffer.from(head.ngramWeights, 'base64'));
  const ngrams = Float64Array.from(before, (weight, at) => weight * head.step + (correction[at] ?? 0));
  const step = ngrams.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9) / 127;
  return {
    mean: round(head.mean + shift, 6),
    shapeWeights: head.shapeWeights.map((weight, at) => round(weight + (correction[buckets + at] ?? 0), 6)),
    ngramWeights: Buffer.from(Int8Array.from(ngrams, (weight) => Math.round(weight / step)).buffer).toString('base64'),
    step,
  };
}

const folds = 5;

/** Every fifth answer judged by a model that learned from the others: mean squared error, before and after. */
function heldOut(base: QualityModel, rows: readonly FeedbackRow[]): string[] {
  const judged = rows.filter(({ model }) => base.models[model]);
  if (judged.length < 2 * folds) return [];
  const scale = qualityScale(base);
  let [before, after] = [0, 0];
  for (let fold = 0; fold < folds; fold++) {
    const kept = judged.filter((_, index) => index % folds !== fold);
    const heads = new Map(
      [...Map.groupBy(kept, ({ model }) => model)].map(([name, own]) => [
        name,
        corrected(base.models[name]!, own, scale),
      ]),
    );
    judged.forEach(({ model, features, score }, index) => {
      if (index % folds !== fold) return;
      const vector = vectorOf(features, scale);
      before += (score - scoreWith(base.models[model]!, vector, scale.hashBits)) ** 2;
      after += (score - scoreWith(heads.get(model) ?? base.models[model]!, vector, scale.hashBits)) ** 2;
    });
  }
  const mean = (sum: number): string => (sum / judged.length).toFixed(4);
  return [
    `own feedback, ${judged.length} answers, held out: mean squared error ${mean(before)} before, ${mean(after)} after`,
  ];
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
