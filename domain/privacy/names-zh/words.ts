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
 * Words of two characters, which pairs begin longer ones (bit 15 of the facts), and the longer ones. A hash table with
 * linear probing, one integer for 16 bits of the word's hash and its facts: no string is cut out of a text to be looked
 * up, and of the rest of the hash the slot tells, so that two words are hardly ever taken for one another.
 */
const slots = 1 << 17;
const words = new Int32Array(slots);
const beginsLonger = 1 << 15;

/** One bit for each of 19 bits of the hashes: half of all pairs are no words, and this fits a cache. */
const present = new Int32Array(1 << 14);

/** Where the word is or would be. */
function slotOf(hash: number): number {
  let slot = hash & (slots - 1);
  for (let entry = words[slot] ?? 0; entry !== 0 && entry >>> 16 !== hash >>> 16; entry = words[slot] ?? 0)
    slot = (slot + 1) & (slots - 1);
  return slot;
}

const pairHash = (first: number, second: number): number => {
  const hash = imul(pairKey(first, second), 0x9e37_79b1);
  return hash ^ (hash >>> 15);
};

/** Facts about the word, and bit 15. */
const factsOf = (hash: number): number =>
  (((present[hash >>> 18] ?? 0) >>> ((hash >>> 13) & 31)) & 1) === 0 ? 0 : (words[slotOf(hash)] ?? 0) & 0xffff;

/** The hash of a word from that of the word without its last character. */
const longerHash = (hash: number, unit: number): number => {
  const longer = imul(hash ^ unit, 0x85eb_ca6b);
  return longer ^ (longer >>> 15);
};

function mark(hash: number, facts: number): void {
  const bit = hash >>> 13;
  present[bit >>> 5] = (present[bit >>> 5] ?? 0) | (1 << (bit & 31));
  const slot = slotOf(hash);
  words[slot] = (hash & ~0xffff) | ((words[slot] ?? 0) & 0xffff) | facts;
}

for (const group of chineseWords.split(' ')) {
  for (const [, rest = '', first = '', second = ''] of group.slice(1).matchAll(/([\u4e00-\u9fff]*)(.)(.)/gu)) {
    const one = signs.indexOf(first);
    const two = signs.indexOf(second);
    const facts = (1 << 14) | floor(one / 5) | ((one % 5) << 4) | (floor(two / 5) << 7) | ((two % 5) << 11);
    const word = group.charAt(0) + rest;
    if (word.length === 1) singles[word.charCodeAt(0)] = facts;
    else if (word.length > 1) {
      let hash = pairHash(word.charCodeAt(0), word.charCodeAt(1));
      if (word.length > 2) mark(hash, beginsLonger);
      for (let at = 2; at < word.length; at += 1) hash = longerHash(hash, word.charCodeAt(at));
      mark(hash, facts);
    }
  }
}

const rareSizes = wordFilter(rareWords);
/** Of a rare word nothing else is known. */
const rareFacts: WordFacts = (1 << 14) | (15 << 7);

/** Writes the facts about the words of one to four characters that begin at `at` to `facts[from]` and the three after it. */
export function readWords(text: string, at: number, facts: Uint16Array, from: number): void {
  const first = text.charCodeAt(at);
  const second = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  facts[from] = singles[first] ?? 0;
  let two = 0;
  let three = 0;
  let four = 0;
  if (isHanUnit(second)) {
    const third = at + 2 < text.length ? text.charCodeAt(at + 2) : 0;
    const fourth = isHanUnit(third) && at + 3 < text.length ? text.charCodeAt(at + 3) : 0;
    const hash = pairHash(first, second);
    two = factsOf(hash);
    if ((two & beginsLonger) !== 0 && isHanUnit(third)) {
      const hashOfThree = longerHash(hash, third);
      three = factsOf(hashOfThree) & 0x7fff;
      if (isHanUnit(fourth)) four = factsOf(longerHash(hashOfThree, fourth)) & 0x7fff;
    }
    two = (two & (1 << 14)) === 0 ? 0 : two & 0x7fff;
    const rare = rareSizes(text, at, 2, isHanUnit(fourth) ? 4 : isHanUnit(third) ? 3 : 2);
    if (rare !== 0) {
      if (two === 0 && (rare & 4) !== 0) two = rareFacts;
      if (three === 0 && (rare & 8) !== 0) three = rareFacts;
      if (four === 0 && (rare & 16) !== 0) four = rareFacts;
    }
  }
  facts[from + 1] = two;
  facts[from + 2] = three;
  facts[from + 3] = four;
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

/**
 * What a character may be in a name, each from 0 to 9: a logarithm of how much likelier than in running text. `frequency`
 * is how common it is there. The numbers say where the four bits of each are.
 */
export const roles = { surname: 0, first: 4, second: 8, only: 12, modern: 16, frequency: 20 } as const;
export type CharRole = (typeof roles)[keyof typeof roles];
const rolesOfUnits = new Int32Array(0x1_0000);
for (let i = 0; i < charRoles.length; i += 7) {
  let packed = 0;
  for (const [j, role] of Object.values(roles).entries()) packed |= Number(charRoles.charAt(i + 1 + j)) << role;
  rolesOfUnits[charRoles.charCodeAt(i)] = packed;
}
export const roleOf = (unit: number, role: CharRole): number => ((rolesOfUnits[unit] ?? 0) >> role) & 15;

/** A hash table with linear probing: pairs of characters, 0 where a slot is empty. */
const knownGiven = new Int32Array(1 << 16);
function givenSlot(key: number): number {
  let slot = (imul(key, 0x9e37_79b1) >>> 16) & 0xffff;
  while (knownGiven[slot] !== 0 && knownGiven[slot] !== key) slot = (slot + 1) & 0xffff;
  return slot;
}
for (const group of givenPairs.split(' ')) {
  for (let i = 1; i < group.length; i += 1) {
    const key = pairKey(group.charCodeAt(0), group.charCodeAt(i));
    knownGiven[givenSlot(key)] = key;
  }
}

/** True for two characters that several known people have as their given name. */
export function isKnownGiven(text: string, at: number): boolean {
  return knownGiven[givenSlot(pairKey(text.charCodeAt(at), text.charCodeAt(at + 1)))] !== 0;
}
