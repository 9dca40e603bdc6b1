import { judgedChars, promptShape, shapeSize } from './prompt-shape.ts';

/**
 * A prompt as numbers: hashed word and character n-grams (what it is about) and a few counts (what shape it has). No
 * vocabulary is kept, so nothing of a training prompt can be read back from a model.
 *
 * Source of the method: Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning".
 */
export interface SparseVector {
  /** Positions, each at most once. */
  indices: Int32Array;
  values: Float64Array;
}

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a over UTF-16 units of `text[from, to)`, continued from `seed`. */
function hash(text: string, from: number, to: number, seed: number): number {
  let state = seed;
  for (let at = from; at < to; at++) state = Math.imul(state ^ text.charCodeAt(at), fnvPrime);
  return state;
}

/** FNV-1a leaves its low bits poorly mixed for short strings. Finaliser of MurmurHash3. */
function mix(state: number): number {
  let mixed = state ^ (state >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A word, a number, or one Chinese, Japanese or Korean character. */
const wordPattern = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu;

/** Counts of hashed n-grams: words, pairs of words, and runs of 3 and 4 characters within a padded word. */
export function ngramCounts(prompt: string, hashBits: number): Map<number, number> {
  const counts = new Map<number, number>();
  const shift = 32 - hashBits;
  const add = (state: number): void => {
    const bucket = mix(state) >>> shift;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  };
  const words = prompt.slice(0, judgedChars).toLowerCase().match(wordPattern) ?? [];
  let previous: string | undefined;
  for (const word of words) {
    const own = hash(word, 0, word.length, fnvOffset ^ 1);
    add(own);
    if (previous !== undefined) add(hash(previous, 0, previous.length, own ^ 2));
    const padded = ` ${word} `;
    for (let size = 3; size <= 4; size++) {
      for (let from = 0; from + size <= padded.length; from++) add(hash(padded, from, from + size, fnvOffset ^ size));
    }
    previous = word;
  }
  return counts;
}

/** What training learns about the numbers themselves. */
export interface VectorScale {
  hashBits: number;
  /** Inverse document frequency of each bucket. */
  idf: ArrayLike<number>;
  shapeMean: readonly number[];
  shapeDeviation: readonly number[];
}

/** Weight of each number of the shape beside the n-grams, whose vector has length 1. */
const shapeWeight = 1;

/** What a vector is made from, whatever its scale; holds counts and hashes, no text. */
export interface PromptFeatures {
  /** Bucket and count of each n-gram. */
  ngrams: readonly (readonly [bucket: number, count: number])[];
  shape: readonly number[];
}

export function promptFeatures(prompt: string, hashBits: number): PromptFeatures {
  return { ngrams: [...ngramCounts(prompt, hashBits)], shape: promptShape(prompt) };
}

/** The prompt as one sparse vector of `2 ** hashBits + shapeSize` positions. */
export function promptVector(prompt: string, scale: VectorScale): SparseVector {
  return vectorOf(promptFeatures(prompt, scale.hashBits), scale);
}

export function vectorOf({ ngrams, shape }: PromptFeatures, scale: VectorScale): SparseVector {
  const size = ngrams.length + shapeSize;
  const indices = new Int32Array(size);
  const values = new Float64Array(size);
  let at = 0;
  let squares = 0;
  for (const [bucket, count] of ngrams) {
    const value = (1 + Math.log(count)) * (scale.idf[bucket] ?? 0);
    indices[at] = bucket;
    values[at++] = value;
    squares += value * value;
  }
  const norm = Math.sqrt(squares) || 1;
  for (let each = 0; each < at; each++) values[each] = (values[each] ?? 0) / norm;
  const base = 2 ** scale.hashBits;
  shape.forEach((value, position) => {
    const deviation = scale.shapeDeviation[position] ?? 1;
    // Far outliers (a prompt of a megabyte) must not carry the prediction away.
    const standard = Math.max(-3, Math.min(3, (value - (scale.shapeMean[position] ?? 0)) / deviation));
    indices[at] = base + position;
    values[at++] = standard * shapeWeight;
  });
  return { indices, values };
}
