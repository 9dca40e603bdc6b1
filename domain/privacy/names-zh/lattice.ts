import { scratch } from './scratch.ts';
import { frequencyOf, isHanUnit, readWords, roles, type WordFacts } from './words.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { LN2, min } = Math;

/** Longest word of the dictionary, in characters. */
const longest = 4;
/** Natural logarithm of the count of all words of which the dictionary's frequencies are taken. */
const logTotal = 17.9;
/** Surprise, in nats, of a character that is no word. */
const unknownCost = logTotal + 2;
/** Cost of what is no word. */
const impossible = Infinity;
/** Surprise of a word by its frequency: the count is 2^(frequency / 0.75). */
const costOfFrequency = Float32Array.from({ length: 16 }, (_, level) => logTotal - (level * LN2) / 0.75);

/**
 * All ways to read a text as words of the dictionary, weighed by how common the words are. Costs are surprises in nats;
 * signs, digits and Latin letters cost nothing.
 */
export interface WordLattice {
  text: string;
  /** Facts about the word of `size` characters at `at`, or 0. */
  word: (at: number, size: number) => WordFacts;
  /** Cost of the likeliest reading of the text before `at`, and of that from `at` on. */
  before: Float64Array;
  after: Float64Array;
  /** Length of the last word of that reading before `at`, and of the first one from `at` on. */
  lastSize: Uint8Array;
  nextSize: Uint8Array;
  /** Cost of the likeliest reading of `text.slice(start, end)`, at most four characters. */
  between: (start: number, end: number) => number;
}

const factsFor = scratch((size) => new Uint16Array(size));
const costsFor = scratch((size) => new Float64Array(size));
const beforeFor = scratch((size) => new Float64Array(size));
const afterFor = scratch((size) => new Float64Array(size));
const lastFor = scratch((size) => new Uint8Array(size));
const nextFor = scratch((size) => new Uint8Array(size));

/** Reads a text; the lattice lasts until the next text is read. */
export function readLattice(text: string): WordLattice {
  const { length } = text;
  const facts = factsFor((length + 1) * longest);
  const costs = costsFor((length + 1) * longest, impossible);
  for (let at = 0, from = 0; at < length; at += 1, from += longest) {
    if (!isHanUnit(text.charCodeAt(at))) {
      costs[from] = 0;
      continue;
    }
    readWords(text, at, facts, from);
    costs[from] = unknownCost;
    for (let i = from; i < from + longest; i += 1) {
      const known = facts[i] ?? 0;
      if (known !== 0) costs[i] = costOfFrequency[frequencyOf(known)] ?? unknownCost;
    }
  }
  const before = beforeFor(length + 1, impossible);
  before[0] = 0;
  const after = afterFor(length + 1, impossible);
  after[length] = 0;
  const lastSize = lastFor(length + 1);
  const nextSize = nextFor(length + 1);
  for (let at = 0; at < length; at += 1) {
    const here = before[at] ?? 0;
    for (let size = 1; size <= longest && at + size <= length; size += 1) {
      const cost = here + (costs[at * longest + size - 1] ?? 0);
      if (cost >= (before[at + size] ?? 0)) continue;
      before[at + size] = cost;
      lastSize[at + size] = size;
    }
  }
  for (let at = length - 1; at >= 0; at -= 1) {
    for (let size = 1; size <= longest && at + size <= length; size += 1) {
      const cost = (costs[at * longest + size - 1] ?? 0) + (after[at + size] ?? 0);
      if (cost >= (after[at] ?? 0)) continue;
      after[at] = cost;
      nextSize[at] = size;
    }
  }
  const between = (start: number, end: number): number => {
    let best = costs[start * longest + end - start - 1] ?? 0;
    for (let cut = start + 1; cut < end; cut += 1)
      best = min(best, (costs[start * longest + cut - start - 1] ?? 0) + between(cut, end));
    return best;
  };
  const word = (at: number, size: number): WordFacts => facts[at * longest + size - 1] ?? 0;
  return { text, word, before, after, lastSize, nextSize, between };
}

/** Surprise of a character in the part of a name that `role` tells of: its level there is log2 of a ratio from -6 in steps of 1.5. */
function partCost(unit: number, role: Uint8Array): number {
  const common = ((roles.frequency[unit] ?? 0) * 2.2 + 1.1) * LN2;
  const ratio = ((role[unit] ?? 0) * 1.5 - 5.25) * LN2;
  return logTotal + 0.4 - common - ratio;
}

/** Surprise of `text.slice(start, end)` as the given name of a person. */
export function givenCost(text: string, start: number, end: number): number {
  if (end - start === 1) return partCost(text.charCodeAt(start), roles.only);
  let cost = 0;
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    const role = at === start ? roles.first : roles.second;
    cost += min(partCost(unit, role), partCost(unit, roles.modern));
  }
  return cost;
}

/** Surprise of a surname of one character. */
export function surnameCost(unit: number): number {
  return min(12, partCost(unit, roles.surname));
}
