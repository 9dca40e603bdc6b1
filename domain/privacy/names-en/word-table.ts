import * as context from '../lexicons/english-name-context.ts';
import * as known from '../lexicons/english-known-names.ts';
import { englishPlaces } from '../lexicons/english-places.ts';
import { englishProperNouns } from '../lexicons/english-proper-nouns.ts';
import { englishRareWords } from '../lexicons/english-rare-words.ts';
import { englishWords } from '../lexicons/english-words.ts';
import { unpackFrontCoded } from '../lexicons/front-coding.ts';
import { givenNames } from '../lexicons/given-names.ts';
import { surnames } from '../lexicons/surnames.ts';
import { hashOf } from './hash.ts';
import { HashTable } from './hash-table.ts';
import { kinds } from './kinds.ts';

const particles =
  'de da do dos das del della di du la le van von der den ter ten bin binti ibn al el abu af av zu y e st mac mc ap ben';

/** Kinds by the hash of a word, and of two words with a blank between them. Emptied once the tables are made. */
const listed = new Map<number, number>();

function add(kind: number, words: Iterable<string>): void {
  for (const word of words) listed.set(hashOf(word), (listed.get(hashOf(word)) ?? 0) | kind);
}

/** Adds entries whose words are joined by `_`; of several words the first two that are no connectives are kept. */
function addKnown(kind: number, entries: Iterable<string>): void {
  for (const entry of entries) {
    const parts = entry
      .replaceAll('.', '')
      .split('_')
      .filter((part) => part !== '' && part !== '&' && part !== 'and');
    const [first = '', second] = parts.map((part) => part.replace(/'s?$/u, ''));
    add(kind, [second === undefined ? first : `${first} ${second}`]);
    if (second !== undefined) add(kinds.beginsPair, [first]);
  }
}

add(kinds.given, unpackFrontCoded(givenNames));
add(kinds.family, unpackFrontCoded(surnames));
add(kinds.ordinary, unpackFrontCoded(englishWords));
add(kinds.rareWord, unpackFrontCoded(englishRareWords));
add(kinds.properNoun, unpackFrontCoded(englishProperNouns));
addKnown(kinds.place, englishPlaces);
addKnown(kinds.place, known.towns);
addKnown(kinds.famous, known.famousPeople);
addKnown(kinds.fictional, known.fictionalPeople);
addKnown(kinds.brand, known.personBrands);
addKnown(kinds.brand, context.brands);
addKnown(kinds.eponym, known.eponyms);
add(kinds.particle, particles.split(' '));
add(kinds.title, context.titlesBefore);
add(kinds.credential, context.credentials);
add(kinds.role, context.roles);
add(kinds.organisation, context.notPersonWords);
add(kinds.firmEnding, context.firmEndings);
add(kinds.eponymFollower, context.eponymFollowers);
add(kinds.neverName, context.neverNames);
add(kinds.placeHead, context.placeHeads);
add(kinds.placePreposition, context.placePrepositions);
add(kinds.personVerb, context.personVerbs);
add(kinds.speechVerb, context.speechBefore);
add(kinds.talkVerb, context.talkVerbs);
add(kinds.humanPredicate, context.humanPredicates);
add(kinds.auxiliary, context.personPredicates);

const table = new HashTable(listed);
listed.clear();

/** What the lists know of a word, or of two words with a blank between them, by its hash. */
export function kindsOfHash(hash: number): number {
  return table.get(hash);
}
