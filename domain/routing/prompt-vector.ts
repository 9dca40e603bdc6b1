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

/** Longer prompts are judged by their beginning, so that time stays bounded. */
const maxChars = 4_000;
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
  const words = prompt.slice(0, maxChars).toLowerCase().match(wordPattern) ?? [];
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

const markers: readonly RegExp[] = [
  /^[A-E]\. /m,
  /\bdef |\bfunction\b|```|[;{}]\s*$/m,
  /\?/,
  /^[a-z]/,
  /\\|\$/,
  /__/,
  /\b(?:not|except|least)\b/i,
  /\bhow (?:many|much)\b/i,
  /^(?:who|when|where|what|which|how|why)\b/i,
  /\bwrite an? /i,
  /\b(?:statement|scenario) 1\b/i,
  /\bfollowing\b/i,
  /%/,
  /\b(?:i|my|me)\b/i,
  /\?\s*$/,
  /\b(?:all|none) of (?:the above|these)\b/i,
  /\b\d{4}\b/,
  /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/,
];

/** How the question itself ends, and what it asks for. */
const stemMarkers: readonly RegExp[] = [
  /\?\s*$/,
  /:\s*$/,
  /\.\s*$/,
  /____/,
  /\b(?:calculate|compute|find the|determine|solve|probability|evaluate)\b/i,
  /\b(?:called|known as|termed|defined as|refers to|example of|definition)\b/i,
  /\b(?:true|false|correct|incorrect)\b/i,
  /\b(?:best|most likely)\b/i,
  /\b(?:refers to the following|passage|excerpt|according to)\b/i,
  /\byear-old\b|\bpatient\b/i,
  /\b(?:must|always|never|every)\b/i,
  /\b(?:why|because|reason)\b/i,
  /[=<>]/,
  /\bstatements?\b/i,
  /\b(?:he|she|his|her)\b/i,
  /\^|\\frac|sqrt/,
];

function share(text: string, pattern: RegExp): number {
  return (text.match(pattern)?.length ?? 0) / Math.max(1, text.length);
}

/** The prompt's shape: lengths (log), shares of kinds of characters, and markers of code, mathematics and choices. */
export function promptShape(prompt: string): number[] {
  const text = prompt.slice(0, maxChars);
  const words = text.split(/\s+/).filter((word) => word !== '');
  const options = [...text.matchAll(/^[A-E]\. (.*)$/gm)].map((match) => match[1] ?? '');
  const optionText = options.join(' ');
  const stem = text.split('\nA. ', 1)[0] ?? '';
  return [
    Math.log1p(prompt.length),
    Math.log1p(stem.split(/\s+/).length),
    Math.log1p(optionText.length / Math.max(1, options.length)),
    words.reduce((sum, word) => sum + word.length, 0) / Math.max(1, words.length),
    share(text, /\d/g),
    share(optionText, /\d/g),
    share(text, /\p{Lu}/gu),
    share(text, /[$\\=^+*/()[\]{}<>|_]/g),
    share(text, /[,;:]/g),
    Math.log1p(text.split('\n').length),
    new Set(words).size / Math.max(1, words.length),
    ...markers.map((marker) => (marker.test(text) ? 1 : 0)),
    ...choiceShape(stem, options),
    ...stemMarkers.map((marker) => (marker.test(stem) ? 1 : 0)),
  ];
}

/** How alike the choices of a question are, and of what kind: what is hard to tell apart is hard to answer. */
function choiceShape(stem: string, options: readonly string[]): number[] {
  const lower = options.slice(0, 5).map((option) => option.slice(0, 400).toLowerCase());
  const words = lower.map((option) => new Set(option.match(/[\p{L}\p{N}]+/gu)));
  const ofStem = new Set(stem.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const pairs = words.flatMap((one, at) => words.slice(0, at).map((other) => [one, other] as const));
  const lengths = options.map((option) => option.length);
  const partOf = (marker: RegExp): number => average(options.map((option) => (marker.test(option) ? 1 : 0)));
  return [
    average(pairs.map(([one, other]) => one.intersection(other).size / Math.max(1, one.union(other).size))),
    deviation(lengths) / (average(lengths) + 1),
    new Set(lower.map((option) => option.split(' ', 1)[0])).size / Math.max(1, lower.length),
    average(words.map((own) => own.intersection(ofStem).size / Math.max(1, own.size))),
    partOf(/^\W*\d[\W\d]*\w{0,3}$/),
    partOf(/^\S+(?: \S+)?$/),
    Number(lower.some((option) => /\b(?:i|ii|iii|iv) (?:and|only)|\bonly\b/.test(option))),
    Number(lower.some((option) => /\b(?:both|neither|all of|none of)\b/.test(option))),
    Number(lower.some((option) => /\b(?:increase|decrease|higher|lower|greater)/.test(option))),
    ...numbersIn(stem),
  ];
}

/** How many numbers a text has, as a logarithm and for each word. */
function numbersIn(text: string): number[] {
  const count = text.match(/\d+/g)?.length ?? 0;
  return [Math.log1p(count), count / Math.max(1, text.match(/[A-Za-z]+/g)?.length ?? 0)];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function deviation(values: readonly number[]): number {
  const centre = average(values);
  return Math.sqrt(average(values.map((value) => (value - centre) ** 2)));
}

/** How many numbers `promptShape` gives. */
export const shapeSize = promptShape('').length;

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
