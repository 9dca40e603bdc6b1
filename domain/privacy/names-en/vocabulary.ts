import { brandPiece, medicineEnding } from '../lexicons/english-name-context.ts';
import { emptyHash, hashOf, hashUnit } from './hash.ts';
import { kinds, knownKinds, nameKinds } from './kinds.ts';
import { kindsOfHash } from './word-table.ts';

const { min } = Math;
const dictionary = kinds.ordinary | kinds.rareWord;

/** Endings that mark family names in one language or another. */
const familyEnding =
  /(?:sson|sen|son|dottir|ov|ova|ev|eva|ski|ska|sky|skaya|vic|vich|vna|wicz|czyk|enko|chuk|yan|ian|shvili|dze|escu|eanu|opoulos|akis|idis|ou|nen|berg|strom|qvist|kvist|lund|gren|stad|gaard|mann|stein|burg|meyer|maier|ez|ini|etti|elli|ucci|ito|ura|moto|yama|awa|ullah|zadeh|oglu|ak|ek|ik|cek|kova|ning|inen|iev|aev|in|ina)$/u;
const placeEnding =
  /(?:ville|burg|dorf|stad|ford|ham|borg|hausen|heim|wick|shire|polis|grad|field|brook|bury|mouth|sund|fjord|vik|land|stadt|town|port|hegy|falva|eyri|vogur|joki|jarvi|nes|ovice|owo|ice|holm)$/u;

const e = 'e'.charCodeAt(0);
const y = 'y'.charCodeAt(0);

/** Inflections whose base form is in the lexicon: an ending, and the letters that may take its place, 0 for none. */
const inflections: readonly (readonly [ending: string, letters: readonly number[]])[] = [
  ['ings', [0, e]],
  ['ness', [0]],
  ['ies', [y]],
  ['ied', [y]],
  ['ily', [y]],
  ['ing', [0, e]],
  ['ers', [0, e]],
  ['est', [0, e]],
  ["n't", [0]],
  ['es', [0]],
  ['ed', [0, e]],
  ['ly', [0]],
  ['er', [0, e]],
  ["'s", [0]],
  ['s', [0]],
];
const lastLetters = 'sgydrt';

/** Hashes of the beginnings of the word at hand: `beginnings[n]` is that of its first n units. */
const beginnings = new Int32Array(256);

/** All kinds of a folded word (see fold.ts): what the lists have, its inflection, its endings. */
export function kindsOf(folded: string): number {
  const length = min(folded.length, beginnings.length - 1);
  let hash = emptyHash;
  for (let i = 0; i < length; i += 1) {
    beginnings[i] = hash;
    hash = hashUnit(hash, folded.charCodeAt(i));
  }
  beginnings[length] = hash;
  let found = kindsOfHash(hash);
  if ((found & dictionary) === 0 && lastLetters.includes(folded.charAt(length - 1))) found |= baseFormKinds(folded);
  if (folded.includes('-') && (found & nameKinds) === 0) found |= kindsOfAllParts(folded);
  if ((found & dictionary) !== 0 || length < 6) return found;
  if (familyEnding.test(folded)) found |= kinds.familyEnding;
  if (placeEnding.test(folded)) found |= kinds.placeEnding;
  if (medicineEnding.test(folded)) found |= kinds.medicine;
  if ((found & nameKinds) === 0 && (brandPiece.test(folded) || isCompound(folded, length))) found |= kinds.brandlike;
  return found;
}

/** Kinds of two neighbouring folded words as one name: `marie`, `curie`. */
export function kindsOfPair(first: string, second: string): number {
  return kindsOfHash(hashOf(`${first} ${second}`)) & knownKinds;
}

/** An everyday English word, inflected or not. */
export function isWord(folded: string): boolean {
  return (kindsOf(folded) & kinds.ordinary) !== 0;
}

/** `ordinary` or `rareWord` where the word without its ending is one. */
function baseFormKinds(folded: string): number {
  let found = 0;
  for (const [ending, letters] of inflections) {
    const stem = folded.length - ending.length;
    if (stem < 3 || stem >= beginnings.length || !folded.endsWith(ending)) continue;
    const hash = beginnings[stem]!;
    for (const letter of letters) found |= kindsOfHash(letter === 0 ? hash : hashUnit(hash, letter));
    if (folded.charCodeAt(stem - 1) === folded.charCodeAt(stem - 2)) found |= kindsOfHash(beginnings[stem - 1]!);
  }
  return (found & kinds.ordinary) !== 0 ? kinds.ordinary : found & kinds.rareWord;
}

/** The kinds that all parts of a hyphenated word share: `Lindqvist-Moe` is a family name, `follow-up` a word. */
function kindsOfAllParts(folded: string): number {
  let shared = nameKinds | kinds.ordinary;
  for (const part of folded.split('-')) if (part !== '') shared &= kindsOfHash(hashOf(part));
  return shared;
}

/** Two everyday words written as one, as compounds and many brands are: liftoff, Streetcred. */
function isCompound(folded: string, length: number): boolean {
  for (let at = 3; at <= length - 3; at += 1) {
    if ((kindsOfHash(beginnings[at]!) & kinds.ordinary) === 0) continue;
    if ((kindsOfHash(hashOf(folded.slice(at))) & kinds.ordinary) !== 0) return true;
  }
  return false;
}
