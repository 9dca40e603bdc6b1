import { flagsAt } from './characters.ts';
import { scratch } from './scratch.ts';
import { frequencyOf, isHanUnit, readWords, roleOf, roles, type CharRole, type WordFacts } from './words.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { LN2, floor, min } = Math;

/** Longest word of the dictionary, in characters. */
const longest = 4;
/** Natural logarithm of the count of all words of which the dictionary's frequencies are taken. */
const logTotal = 17.9;
/** Surprise, in nats, of a character that is no word. */
const unknownCost = logTotal + 2;
/** Cost of what is no word. */
const impossible = Infinity;
/** Surprise of a word by its frequency: the count is 2^(frequency / 0.75). */
const costOfFrequency = Float64Array.from({ length: 16 }, (_, level) => logTotal - (level * LN2) / 0.75);
const costOf = (facts: WordFacts): number => (facts === 0 ? unknownCost : (costOfFrequency[frequencyOf(facts)] ?? 0));

const costOfLonger = (facts: WordFacts): number => (facts === 0 ? impossible : costOf(facts));

/**
 * All ways to read a text as words of the dictionary, weighed by how common the words are. Costs are surprises in nats;
 * signs, digits and Latin letters cost nothing.
 */
export interface WordLattice {
  text: string;
  /** Flags of characters.ts that any of its characters has. */
  flags: number;
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
const beforeFor = scratch((size) => new Float64Array(size));
const afterFor = scratch((size) => new Float64Array(size));
const lastFor = scratch((size) => new Uint8Array(size));
const nextFor = scratch((size) => new Uint8Array(size));

/** Reads a text; the lattice lasts until the next text is read. */
export function readLattice(text: string): WordLattice {
  const { length } = text;
  const facts = factsFor((length + 1) * longest);
  const before = beforeFor(length + 1, impossible);
  before[0] = 0;
  const after = afterFor(length + 1);
  const lastSize = lastFor(length + 1);
  const nextSize = nextFor(length + 1);
  let flags = 0;
  for (let at = 0; at < length; at += 1) {
    flags |= flagsAt(text, at);
    const from = at * longest;
    const here = before[at] ?? 0;
    if (!isHanUnit(text.charCodeAt(at))) {
      if (here >= (before[at + 1] ?? 0)) continue;
      before[at + 1] = here;
      lastSize[at + 1] = 1;
      continue;
    }
    readWords(text, at, facts, from);
    for (let size = 1; size <= longest; size += 1) {
      const known = facts[from + size - 1] ?? 0;
      if (known === 0 && size > 1) continue;
      const cost = here + costOf(known);
      if (cost >= (before[at + size] ?? 0)) continue;
      before[at + size] = cost;
      lastSize[at + size] = size;
    }
  }
  for (let at = length - 1; at >= 0; at -= 1) {
    const from = at * longest;
    const isHan = isHanUnit(text.charCodeAt(at));
    let best = (after[at + 1] ?? 0) + (isHan ? costOf(facts[from] ?? 0) : 0);
    let bestSize = 1;
    const most = isHan ? longest : 1;
    for (let size = 2; size <= most; size += 1) {
      const known = facts[from + size - 1] ?? 0;
      if (known === 0) continue;
      const cost = costOf(known) + (after[at + size] ?? 0);
      if (cost >= best) continue;
      best = cost;
      bestSize = size;
    }
    after[at] = best;
    nextSize[at] = bestSize;
  }
  const between = (start: number, end: number): number => {
    // Cheapest readings of the rest of the piece, from one to four characters behind the place on.
    let last = 0;
    let beforeLast = impossible;
    let third = impossible;
    let fourth = impossible;
    for (let at = end - 1; at >= start; at -= 1) {
      const from = at * longest;
      const cost = min(
        last + (isHanUnit(text.charCodeAt(at)) ? costOf(facts[from] ?? 0) : 0),
        beforeLast + costOfLonger(facts[from + 1] ?? 0),
        third + costOfLonger(facts[from + 2] ?? 0),
        fourth + costOfLonger(facts[from + 3] ?? 0),
      );
      fourth = third;
      third = beforeLast;
      beforeLast = last;
      last = cost;
    }
    return last;
  };
  const word = (at: number, size: number): WordFacts => facts[at * longest + size - 1] ?? 0;
  return { text, flags, word, before, after, lastSize, nextSize, between };
}

/**
 * Surprise of a character in a part of a name, by how common it is and by its level there, which is log2 of a ratio from
 * -6 in steps of 1.5.
 */
const partCosts = Float64Array.from({ length: 100 }, (_, at) => {
  const common = floor(at / 10) * 2.2 + 1.1;
  return logTotal + 0.4 - (common + (at % 10) * 1.5 - 5.25) * LN2;
});
const partCost = (unit: number, role: CharRole): number =>
  partCosts[roleOf(unit, roles.frequency) * 10 + roleOf(unit, role)] ?? 0;

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
