import { promptShape, shapeSize } from './prompt-shape.ts';
import { ngramCounts, promptVector, type SparseVector, type VectorScale } from './prompt-vector.ts';
import { qualityPredictor, type QualityHead, type QualityModel, type QualityModelCard } from './quality-model.ts';
import { fitRidge } from './ridge.ts';

/** How well each of some models answered a prompt, 0 to 1. */
export interface TrainingRow {
  prompt: string;
  inputTokens: number;
  outputTokens: number;
  scores: Readonly<Record<string, number>>;
}

/** What training cannot know of itself. */
export type TrainingCard = Pick<QualityModelCard, 'trainedAt' | 'dataHash' | 'results'>;

const hashBits = 13;
const idfStep = 1 / 25;
const ridgeAlpha = 30;
/**
 * Deviations from a model's mean are halved after the fit. Ridge alone fits the subjects it has seen; halving cost
 * nothing on them and gained on subjects held out (`npm run bench:router`).
 */
const shrinkage = 0.5;
/** A model with fewer rows has no head of its own: its prior and the ease of the prompt say more. */
const minRows = 50;
const referenceSize = 128;

/**
 * Learns a quality model from rows. Pure and deterministic: the same rows in the same order give the same artifact. A
 * row may have scores of any of the models, so own feedback on single answers can be mixed in.
 */
export function trainQuality(rows: readonly TrainingRow[], card: TrainingCard): QualityModel {
  const scale = learnScale(rows.map((row) => row.prompt));
  const vectors = rows.map((row) => promptVector(row.prompt, scale));
  const lengths = rows.map((row) => Math.log1p(row.outputTokens));
  const seen = modelMeans(rows);
  const names = [...seen.keys()].toSorted();
  const model: QualityModel = {
    format: 'holdfast-quality-1',
    card: {
      ...card,
      rows: rows.length,
      models: Object.fromEntries(
        names.map((name) => [name, { rows: seen.get(name)!.rows, meanScore: round(seen.get(name)!.mean, 4) }]),
      ),
      method: `ridge (alpha ${ridgeAlpha}, deviations × ${shrinkage}) on 2^${hashBits} hashed word and character n-grams and ${shapeSize} shape numbers; one head a model, one for ease, one for length`,
      limits:
        'Knows English benchmark questions best. Says nothing of tool use, long conversations, pictures or style. Models without a head are guessed from their prior.',
    },
    hashBits,
    idf: Buffer.from(Uint8Array.from(scale.idf, (value) => Math.round(value / idfStep))).toString('base64'),
    idfStep,
    shapeMean: [...scale.shapeMean],
    shapeDeviation: [...scale.shapeDeviation],
    ease: fitHead(
      vectors,
      rows.map((row) => easeOf(row, seen)),
      0,
    ),
    length: fitHead(
      vectors,
      lengths,
      lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length),
      1,
    ),
    models: {},
    reference: [],
  };
  for (const name of names) {
    const own = rows.flatMap((row, index) =>
      row.scores[name] === undefined ? [] : [{ vector: vectors[index]!, score: row.scores[name] }],
    );
    if (own.length < minRows) continue;
    model.models[name] = fitHead(
      own.map((each) => each.vector),
      own.map((each) => each.score),
      seen.get(name)!.mean,
    );
  }
  model.reference = referenceOf(rows, model);
  return model;
}

function modelMeans(rows: readonly TrainingRow[]): Map<string, { rows: number; mean: number }> {
  const seen = new Map<string, { rows: number; mean: number }>();
  for (const row of rows) {
    for (const [name, score] of Object.entries(row.scores)) {
      const sum = seen.get(name) ?? { rows: 0, mean: 0 };
      sum.rows += 1;
      sum.mean += (score - sum.mean) / sum.rows;
      seen.set(name, sum);
    }
  }
  return seen;
}

function easeOf(row: TrainingRow, seen: ReadonlyMap<string, { mean: number }>): number {
  const deviations = Object.entries(row.scores).map(([name, score]) => score - (seen.get(name)?.mean ?? score));
  return deviations.reduce((sum, value) => sum + value, 0) / Math.max(1, deviations.length);
}

/** `idf` is rounded to what the artifact keeps, so that training and prediction see the same numbers. */
function learnScale(prompts: readonly string[]): VectorScale {
  const frequency = new Float64Array(2 ** hashBits);
  const shapes = prompts.map((prompt) => {
    for (const bucket of ngramCounts(prompt, hashBits).keys()) frequency[bucket] = frequency[bucket]! + 1;
    return promptShape(prompt);
  });
  const mean = (position: number, of: (value: number) => number): number =>
    shapes.reduce((sum, shape) => sum + of(shape[position] ?? 0), 0) / Math.max(1, shapes.length);
  const shapeMean = Array.from({ length: shapeSize }, (_, position) =>
    round(
      mean(position, (value) => value),
      6,
    ),
  );
  return {
    hashBits,
    idf: frequency.map((count) => Math.round((Math.log((1 + prompts.length) / (1 + count)) + 1) / idfStep) * idfStep),
    shapeMean,
    shapeDeviation: shapeMean.map(
      (centre, position) => round(Math.sqrt(mean(position, (value) => (value - centre) ** 2)), 6) || 1,
    ),
  };
}

function fitHead(
  vectors: readonly SparseVector[],
  targets: readonly number[],
  mean: number,
  scaleBy = shrinkage,
): QualityHead {
  const buckets = 2 ** hashBits;
  const weights = fitRidge(vectors, targets, buckets + shapeSize, ridgeAlpha).map((weight) => weight * scaleBy);
  const ngrams = weights.subarray(0, buckets);
  const step = ngrams.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9) / 127;
  return {
    mean: round(mean, 6),
    shapeWeights: Array.from(weights.subarray(buckets), (weight) => round(weight, 6)),
    ngramWeights: Buffer.from(Int8Array.from(ngrams, (weight) => Math.round(weight / step)).buffer).toString('base64'),
    step,
  };
}

/** Of each group of rows that the same models answered, every n-th: so the mix of kinds of prompts is kept. */
function referenceOf(rows: readonly TrainingRow[], model: QualityModel): QualityModel['reference'] {
  const predict = qualityPredictor(model);
  const groups = Map.groupBy(rows, (row) => Object.keys(row.scores).toSorted().join('\n'));
  return [...groups.values()].flatMap((group) => {
    const size = Math.min(group.length, referenceSize);
    return Array.from({ length: size }, (_, index) => {
      const row = group[Math.floor((index * group.length) / size)]!;
      const { ease, known } = predict(row.prompt);
      const rated = Object.entries(known).filter(([name]) => row.scores[name] !== undefined);
      return {
        inputTokens: row.inputTokens,
        outputTokens: row.outputTokens,
        ease: round(ease, 4),
        quality: Object.fromEntries(rated.map(([name, value]) => [name, round(value, 4)])),
      };
    });
  });
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
