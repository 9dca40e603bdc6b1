import { hasBrandBeginning, kindsOfEndings } from './word-pieces.ts';
import { hashUnit } from './hash.ts';
import { kinds, knownKinds, nameKinds } from './kinds.ts';
import { beginnings, hashOfLetters, letters, spellFolded } from './spelling.ts';
import { kindsOfHash } from './word-table.ts';

/** Kinds of a word that a dictionary has. */
const dictionary = kinds.ordinary | kinds.rareWord;

const hyphen = '-'.charCodeAt(0);
const blank = ' '.charCodeAt(0);

/** An inflection whose base form is in the lexicon. Letters are given by their UTF-16 unit. */
interface Inflection {
  ending: readonly number[];
  /** The letters that may take its place, 0 for none. */
  replacedBy: readonly number[];
}

/** Inflections by their last letter, the commonest first. */
const inflections: readonly (readonly Inflection[])[] = groupByLastLetter([
  inflection('s', ['']),
  inflection('es', ['']),
  inflection('ed', ['', 'e']),
  inflection('ly', ['']),
  inflection('er', ['', 'e']),
  inflection("'s", ['']),
  inflection('ies', ['y']),
  inflection('ied', ['y']),
  inflection('ily', ['y']),
  inflection('ing', ['', 'e']),
  inflection('ers', ['', 'e']),
  inflection('est', ['', 'e']),
  inflection("n't", ['']),
  inflection('ings', ['', 'e']),
  inflection('ness', ['']),
]);

function inflection(ending: string, replacedBy: readonly string[]): Inflection {
  return {
    ending: Buffer.from(ending).toJSON().data,
    replacedBy: replacedBy.map((letter) => letter.charCodeAt(0) || 0),
  };
}

function groupByLastLetter(all: readonly Inflection[]): Inflection[][] {
  return Array.from({ length: 128 }, (_, letter) => all.filter(({ ending }) => ending.at(-1) === letter));
}

/** All kinds of a folded word (see fold.ts): what the lists have, its inflection, its form. */
export function kindsOf(folded: string): number {
  return kindsOfSpelled(spellFolded(folded));
}

/** The same for the word at hand, see spelling.ts. */
export function kindsOfSpelled(length: number): number {
  const listed = kindsOfHash(beginnings[length]!);
  const found = listed | kindsByParts(length, listed);
  return (found & dictionary) === 0 && length >= 6 ? found | kindsByForm(length, found) : found;
}

/** True where the hash of a word without hyphen says all of it: the lists have it as a word. */
export function isListedWord(listed: number): boolean {
  return (listed & dictionary) !== 0;
}

/** An everyday English word, inflected or not. */
export function isWord(folded: string): boolean {
  const length = spellFolded(folded);
  const listed = kindsOfHash(beginnings[length]!);
  return ((listed | kindsByParts(length, listed)) & kinds.ordinary) !== 0;
}

/** Kinds of two neighbouring words as one name: the first by its hash, the second is the word at hand. `marie`, `curie`. */
export function kindsOfPair(first: number, length: number): number {
  return kindsOfHash(hashOfLetters(0, length, hashUnit(first, blank))) & knownKinds;
}

/** Kinds of the word at hand, of which the lists have `listed`, by its base form or the parts between its hyphens. */
function kindsByParts(length: number, listed: number): number {
  const found = (listed & dictionary) === 0 ? baseFormKinds(length) : 0;
  return (listed & nameKinds) === 0 && hasHyphen(length) ? found | kindsOfAllParts(length) : found;
}

/** Kinds of the word at hand, of which `known` is known, by its endings and pieces. */
function kindsByForm(length: number, known: number): number {
  const found = kindsOfEndings(length);
  if ((known & nameKinds) !== 0) return found & ~kinds.brandlike;
  if ((found & kinds.brandlike) !== 0 || (!hasBrandBeginning(length) && !isCompound(length))) return found;
  return found | kinds.brandlike;
}

/** `ordinary` or `rareWord` where the word at hand without its ending is one. */
function baseFormKinds(length: number): number {
  let found = 0;
  const candidates = inflections[letters[length - 1]!];
  if (candidates === undefined) return 0;
  for (const { ending, replacedBy } of candidates) {
    const stem = length - ending.length;
    if (stem < 3 || !endsWith(ending, stem)) continue;
    const hash = beginnings[stem]!;
    for (const letter of replacedBy) found |= kindsOfHash(letter === 0 ? hash : hashUnit(hash, letter));
    if (letters[stem - 1] === letters[stem - 2]) found |= kindsOfHash(beginnings[stem - 1]!);
    if ((found & kinds.ordinary) !== 0) return kinds.ordinary;
  }
  return found & kinds.rareWord;
}

function endsWith(ending: readonly number[], from: number): boolean {
  for (let i = 0; i < ending.length; i += 1) if (letters[from + i] !== ending[i]) return false;
  return true;
}

function hasHyphen(length: number): boolean {
  for (let i = 0; i < length; i += 1) if (letters[i] === hyphen) return true;
  return false;
}

/** The kinds that all parts of a hyphenated word share: `Lindqvist-Moe` is a family name, `follow-up` a word. */
function kindsOfAllParts(length: number): number {
  let shared = nameKinds | kinds.ordinary;
  for (let start = 0, end = 0; end <= length; end += 1) {
    if (end < length && letters[end] !== hyphen) continue;
    if (end > start) shared &= kindsOfHash(hashOfLetters(start, end));
    start = end + 1;
  }
  return shared;
}

/** Two everyday words written as one, as compounds and many brands are: liftoff, Streetcred. */
function isCompound(length: number): boolean {
  for (let at = 3; at <= length - 3; at += 1) {
    if ((kindsOfHash(beginnings[at]!) & kinds.ordinary) === 0) continue;
    if ((kindsOfHash(hashOfLetters(at, length)) & kinds.ordinary) !== 0) return true;
  }
  return false;
}
