import { englishWords } from '../lexicons/english-words.ts';
import { unpackFrontCoded } from '../lexicons/front-coding.ts';
import { givenNames } from '../lexicons/given-names.ts';
import { surnames } from '../lexicons/surnames.ts';

const given = unpackFrontCoded(givenNames);
const family = unpackFrontCoded(surnames);
const words = unpackFrontCoded(englishWords);

/** Endings that mark family names in one language or another. */
const familyEnding =
  /(?:sson|sen|son|dottir|ov|ova|ev|eva|ski|ska|sky|skaya|vic|vich|vna|wicz|czyk|enko|chuk|yan|ian|shvili|dze|escu|eanu|opoulos|akis|idis|ou|nen|berg|strom|qvist|kvist|lund|gren|stad|gaard|mann|stein|burg|meyer|maier|ez|ini|etti|elli|ucci|ito|ura|moto|yama|awa|ullah|zadeh|oglu|ak|ek|ik|cek|kova|ning|inen|iev|aev|in|ina)$/u;
const particles = new Set(
  'de da do dos das del della di du la le van von der den ter ten bin ibn al el abu af av zu y e st mac mc ap ben'.split(
    ' ',
  ),
);

export const isGiven = (folded: string): boolean => given.has(folded);
export const isFamily = (folded: string): boolean =>
  family.has(folded) || (folded.includes('-') && folded.split('-').every((part) => family.has(part)));
export const hasFamilyEnding = (folded: string): boolean => folded.length > 5 && familyEnding.test(folded);
export const isParticle = (folded: string): boolean => particles.has(folded);

/** Inflections whose base form is in the lexicon, as ending and what takes its place. */
const inflections: readonly (readonly [ending: string, bases: readonly string[]])[] = [
  ['ings', ['', 'e']],
  ['ness', ['']],
  ['ies', ['y']],
  ['ied', ['y']],
  ['ily', ['y']],
  ['ing', ['', 'e']],
  ['ers', ['', 'e']],
  ['est', ['', 'e']],
  ["n't", ['']],
  ['es', ['']],
  ['ed', ['', 'e']],
  ['ly', ['']],
  ['er', ['', 'e']],
  ["'s", ['']],
  ['s', ['']],
];

/** Two everyday words written as one, as compounds and many brands are: liftoff, Streetcred. */
export function isCompound(folded: string): boolean {
  for (let at = 3; at <= folded.length - 3; at += 1)
    if (words.has(folded.slice(0, at)) && words.has(folded.slice(at))) return true;
  return false;
}

/** An everyday English word, inflected or not. */
export function isWord(folded: string): boolean {
  if (words.has(folded)) return true;
  for (const [ending, bases] of inflections) {
    if (!folded.endsWith(ending) || folded.length - ending.length < 3) continue;
    const stem = folded.slice(0, -ending.length);
    for (const base of bases) if (words.has(stem + base)) return true;
    if (stem.at(-1) === stem.at(-2) && words.has(stem.slice(0, -1))) return true;
  }
  return folded.includes('-') && folded.split('-').every((part) => part === '' || words.has(part));
}
