import { brandBeginnings, brandEndings, medicineEndings } from '../lexicons/english-name-context.ts';
import { emptyHash, hashOf, hashUnit } from './hash.ts';
import { HashTable } from './hash-table.ts';
import { kinds } from './kinds.ts';
import { beginnings, letters } from './spelling.ts';

/** Endings that mark family names in one language or another. */
const familyEndings =
  'sson sen son dottir ov ova ev eva ski ska sky skaya vic vich vna wicz czyk enko chuk yan ian shvili dze escu eanu opoulos akis idis ou nen berg strom qvist kvist lund gren stad gaard mann stein burg meyer maier ez ini etti elli ucci ito ura moto yama awa ullah zadeh oglu ak ek ik cek kova ning inen iev aev in ina';
const placeEndings =
  'ville burg dorf stad ford ham borg hausen heim wick shire polis grad field brook bury mouth sund fjord vik land stadt town port hegy falva eyri vogur joki jarvi nes ovice owo ice holm';

/** A piece that begins a longer one, so that looking at a word stops where no piece goes on. */
const goesOn = 1 << 30;

/** Adds pieces by their hash and what begins them. */
function add(pieces: Map<number, number>, kind: number, words: Iterable<string>): void {
  for (const word of words) {
    for (let size = 1; size <= word.length; size += 1) {
      const hash = hashOf(word, 0, size);
      pieces.set(hash, (pieces.get(hash) ?? 0) | (size === word.length ? kind : goesOn));
    }
  }
}

function reversed(words: Iterable<string>): string[] {
  return Array.from(words, (word) => Array.from(word).toReversed().join(''));
}

/** From their last letter to their first. */
const endings = new Map<number, number>();
add(endings, kinds.familyEnding, reversed(familyEndings.split(' ')));
add(endings, kinds.placeEnding, reversed(placeEndings.split(' ')));
add(endings, kinds.medicine, reversed(medicineEndings));
add(endings, kinds.brandlike, reversed(brandEndings));
const endingTable = new HashTable(endings);

const brandPieces = new Map<number, number>();
add(brandPieces, kinds.brandlike, brandBeginnings);
const beginningTable = new HashTable(brandPieces);

/** Kinds by all endings of the word at hand, which has `length` letters (see spelling.ts). */
export function kindsOfEndings(length: number): number {
  let found = 0;
  let hash = emptyHash;
  for (let at = length - 1; at >= 0; at -= 1) {
    hash = hashUnit(hash, letters[at]!);
    const piece = endingTable.get(hash);
    found |= piece;
    if ((piece & goesOn) === 0) break;
  }
  return found & ~goesOn;
}

/** Whether the word at hand begins as brands do. */
export function hasBrandBeginning(length: number): boolean {
  for (let size = 1; size <= length; size += 1) {
    const piece = beginningTable.get(beginnings[size]!);
    if ((piece & kinds.brandlike) !== 0) return true;
    if (piece === 0) break;
  }
  return false;
}
