import { charRoles, givenPairs } from '../lexicons/chinese-given-chars.ts';
import { rareWords } from '../lexicons/chinese-word-filters.ts';
import { chineseWords, signs } from '../lexicons/chinese-words.ts';
import { wordFilter } from './word-filter.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { floor, imul } = Math;

/**
 * What the dictionary says of a word, packed into one integer that is never 0: bits 0–3 frequency (0–13), 4–6 how much
 * it stands before persons (0–4), 7–10 class (0–15), 11–13 how much it stands after persons (0–4), 14 always set.
 */
export type WordFacts = number;
export const frequencyOf = (facts: WordFacts): number => facts & 15;
export const beforeOf = (facts: WordFacts): number => (facts >> 4) & 7;
export const classOf = (facts: WordFacts): number => (facts >> 7) & 15;
export const afterOf = (facts: WordFacts): number => (facts >> 11) & 7;

/** By UTF-16 unit: what is known of the character as a word, 0 where it is none. */
const singles = new Uint16Array(0x1_0000);

/** Two Han characters as one small integer, so that looking them up hashes no string. */
const pairKey = (first: number, second: number): number => (first - 0x4e00) * 0x5200 + second - 0x4e00 + 1;

/**
 * Words of two characters, and which pairs begin longer ones: bit 15 of the facts. A hash table with linear probing,
 * one integer for 16 bits of the pair's hash and its facts: a Map costs three times as much on every character of a text.
 */
const slots = 1 << 17;
const pairs = new Int32Array(slots);
const longer = new Map<string, WordFacts>();
const beginsLonger = 1 << 15;

/** Where the pair is or would be. */
function slotOf(hash: number): number {
  let slot = hash & (slots - 1);
  for (let entry = pairs[slot] ?? 0; entry !== 0 && entry >>> 16 !== hash >>> 16; entry = pairs[slot] ?? 0)
    slot = (slot + 1) & (slots - 1);
  return slot;
}

const pairHash = (first: number, second: number): number => {
  const hash = imul(pairKey(first, second), 0x9e37_79b1);
  return hash ^ (hash >>> 15);
};

function markPair(word: string, facts: number): void {
  const hash = pairHash(word.charCodeAt(0), word.charCodeAt(1));
  const slot = slotOf(hash);
  pairs[slot] = (hash & ~0xffff) | ((pairs[slot] ?? 0) & 0xffff) | facts;
}

for (const group of chineseWords.split(' ')) {
  for (const [, rest = '', first = '', second = ''] of group.slice(1).matchAll(/([\u4e00-\u9fff]*)(.)(.)/gu)) {
    const one = signs.indexOf(first);
    const two = signs.indexOf(second);
    const facts = (1 << 14) | floor(one / 5) | ((one % 5) << 4) | (floor(two / 5) << 7) | ((two % 5) << 11);
    const word = group.charAt(0) + rest;
    if (word.length === 1) singles[word.charCodeAt(0)] = facts;
    else if (word.length === 2) markPair(word, facts);
    else {
      longer.set(word, facts);
      markPair(word, beginsLonger);
    }
  }
}

/** Facts about the word of two characters at `at`, with bit 15 set where a longer word may begin there. */
function pairAt(text: string, at: number): number {
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  return isHanUnit(first) && isHanUnit(second) ? (pairs[slotOf(pairHash(first, second))] ?? 0) & 0xffff : 0;
}

const rareSizes = wordFilter(rareWords);
/** Of a rare word nothing else is known. */
const rareFacts: WordFacts = (1 << 14) | (15 << 7);

/** Writes the facts about the words of one to four characters that begin at `at` to `facts[from]` and the three after it. */
export function readWords(text: string, at: number, facts: Uint16Array, from: number): void {
  facts[from] = singles[text.charCodeAt(at) | 0] ?? 0;
  if (!isHanUnit(text.charCodeAt(at + 1))) return;
  const pair = pairAt(text, at);
  facts[from + 1] = (pair & (1 << 14)) === 0 ? 0 : pair & ~beginsLonger;
  if ((pair & beginsLonger) !== 0) {
    facts[from + 2] = longer.get(text.slice(at, at + 3)) ?? 0;
    facts[from + 3] = at + 4 > text.length ? 0 : (longer.get(text.slice(at, at + 4)) ?? 0);
  }
  let longest = 2;
  while (longest < 4 && isHanUnit(text.charCodeAt(at + longest))) longest += 1;
  const rare = rareSizes(text, at, 2, longest);
  for (let size = 2; size <= longest; size += 1)
    if (facts[from + size - 1] === 0 && (rare & (1 << size)) !== 0) facts[from + size - 1] = rareFacts;
}

/** Words that are at least so common stand for themselves: 40 among 60 million. */
export const ordinaryFrom = 4;

/** An ordinary word of two to four characters. */
export function isOrdinary(word: string): boolean {
  if (word.length < 2 || word.length > 4) return false;
  const facts = new Uint16Array(4);
  readWords(word, 0, facts, 0);
  return frequencyOf(facts[word.length - 1] ?? 0) >= ordinaryFrom;
}

export const isHanUnit = (unit: number): boolean => unit >= 0x4e00 && unit <= 0x9fff;

/** What a character may be in a name; each 0–9, a logarithm of how much likelier than in running text. */
export interface CharRoles {
  surname: Uint8Array;
  first: Uint8Array;
  second: Uint8Array;
  only: Uint8Array;
  modern: Uint8Array;
  /** How common the character is in running text, 0–9. */
  frequency: Uint8Array;
}

const table = (): Uint8Array => new Uint8Array(0x1_0000);
export const roles: CharRoles = {
  surname: table(),
  first: table(),
  second: table(),
  only: table(),
  modern: table(),
  frequency: table(),
};
const order = [roles.surname, roles.first, roles.second, roles.only, roles.modern, roles.frequency];
for (let i = 0; i < charRoles.length; i += 7) {
  for (const [j, role] of order.entries()) role[charRoles.charCodeAt(i)] = Number(charRoles.charAt(i + 1 + j));
}

const knownGiven = new Set<number>();
for (const group of givenPairs.split(' ')) {
  for (let i = 1; i < group.length; i += 1) knownGiven.add(pairKey(group.charCodeAt(0), group.charCodeAt(i)));
}

/** True for two characters that several known people have as their given name. */
export function isKnownGiven(text: string, at: number): boolean {
  return knownGiven.has(pairKey(text.charCodeAt(at), text.charCodeAt(at + 1)));
}
