import { promptVector, type SparseVector, type VectorScale } from './prompt-vector.ts';

/**
 * A learned guess of how well models answer a prompt, as a JSON artifact. One linear head for each model that was seen
 * in training, and one for what all models share: how easy the prompt is. Scores run from 0 (wrong) to 1 (right).
 */
export interface QualityModel {
  format: 'holdfast-quality-1';
  card: QualityModelCard;
  hashBits: number;
  /** Inverse document frequency of each bucket, as unsigned bytes in steps of `idfStep`, base64. */
  idf: string;
  idfStep: number;
  shapeMean: number[];
  shapeDeviation: number[];
  /** Predicts how far above (or below) a model's mean its score on the prompt lies. */
  ease: QualityHead;
  /** Predicts ln(1 + output tokens). */
  length: QualityHead;
  models: Record<string, QualityHead>;
  /** Prompts of the training data as predictions only, without text: what a typical mix of requests looks like. */
  reference: ReferencePrompt[];
}

export interface QualityHead {
  mean: number;
  /** One weight for each number of `promptShape`. */
  shapeWeights: number[];
  /** One signed byte for each bucket, in steps of `step`, base64. */
  ngramWeights: string;
  step: number;
}

export interface ReferencePrompt {
  inputTokens: number;
  outputTokens: number;
  ease: number;
  /** By model, for the models that answered this prompt in training. */
  quality: Record<string, number>;
}

/** Who made the model, from what, and how good it was on prompts it had not seen. */
export interface QualityModelCard {
  trainedAt: string;
  /** sha256 (hex) of the training rows. */
  dataHash: string;
  rows: number;
  models: Record<string, { rows: number; meanScore: number }>;
  method: string;
  limits: string;
  /** Offline results, one line each, as printed by `npm run bench:router`. */
  results: string[];
}

/** What a prompt is thought to be, for models seen in training and for all others. */
export interface QualityPrediction {
  /** Tokens an answer to such a prompt usually has. */
  outputTokens: number;
  /** How much easier (positive) or harder than usual, in score. */
  ease: number;
  known: Readonly<Record<string, number>>;
}

export type QualityPredictor = (prompt: string) => QualityPrediction;

interface DecodedHead {
  mean: number;
  shapeWeights: readonly number[];
  ngramWeights: Int8Array;
  step: number;
}

function decodeHead(head: QualityHead): DecodedHead {
  return { ...head, ngramWeights: new Int8Array(Buffer.from(head.ngramWeights, 'base64')) };
}

function predictHead(head: DecodedHead, vector: SparseVector, buckets: number): number {
  let ngrams = 0;
  let shape = 0;
  for (let at = 0; at < vector.indices.length; at++) {
    const position = vector.indices[at]!;
    const value = vector.values[at]!;
    if (position < buckets) ngrams += value * (head.ngramWeights[position] ?? 0);
    else shape += value * (head.shapeWeights[position - buckets] ?? 0);
  }
  return head.mean + ngrams * head.step + shape;
}

/** The logarithm of a length must not be extrapolated into a book. */
const longestAnswer = 4_096;

function clampProbability(value: number): number {
  return Math.min(0.99, Math.max(0.01, value));
}

/** What the artifact says of the numbers its heads work on. */
export function qualityScale(model: QualityModel): VectorScale {
  const idf = Float64Array.from(Buffer.from(model.idf, 'base64'), (byte) => byte * model.idfStep);
  return { hashBits: model.hashBits, idf, shapeMean: model.shapeMean, shapeDeviation: model.shapeDeviation };
}

/** What one head predicts, unbounded. */
export function scoreWith(head: QualityHead, vector: SparseVector, hashBits: number): number {
  return predictHead(decodeHead(head), vector, 2 ** hashBits);
}

/** Names an artifact wherever it is shown: its date and the beginning of its data's hash. */
export function qualityModelVersion({ card }: Pick<QualityModel, 'card'>): string {
  return `${card.trainedAt}-${card.dataHash.slice(0, 8)}`;
}

/** Unpacks the artifact once; the predictor it returns is pure and takes well under a millisecond for a short prompt. */
export function qualityPredictor(model: QualityModel): QualityPredictor {
  const scale = qualityScale(model);
  const ease = decodeHead(model.ease);
  const length = decodeHead(model.length);
  const heads = Object.entries(model.models).map(([name, head]) => [name, decodeHead(head)] as const);
  const buckets = 2 ** model.hashBits;
  return (prompt) => {
    const vector = promptVector(prompt, scale);
    return {
      outputTokens: Math.round(Math.min(longestAnswer, Math.max(1, Math.expm1(predictHead(length, vector, buckets))))),
      ease: predictHead(ease, vector, buckets),
      known: Object.fromEntries(
        heads.map(([name, head]) => [name, clampProbability(predictHead(head, vector, buckets))]),
      ),
    };
  };
}

/** Log-odds that one score point of ease is worth: the slope of the logistic curve at its middle, inverted. */
const logOddsPerEase = 4;

/**
 * The chance that a model answers well: its own head where training has seen it, else its prior moved by the ease of
 * the prompt on the log-odds scale, as in the Rasch model (ability minus difficulty; Rasch 1960). There, the gap
 * between a strong and a weak model is widest where the prompt is neither trivial nor hopeless for both.
 */
export function predictedQuality(
  prediction: Pick<QualityPrediction, 'ease' | 'known'>,
  model: string,
  prior: number,
): number {
  const known = Object.hasOwn(prediction.known, model) ? prediction.known[model] : undefined;
  if (known !== undefined) return known;
  const ability = clampProbability(prior);
  const logOdds = Math.log(ability / (1 - ability)) + logOddsPerEase * prediction.ease;
  return clampProbability(1 / (1 + Math.exp(-logOdds)));
}
