import { kinds, knownKinds } from '../../../domain/privacy/names-en/kinds.ts';
import { kindsOf } from '../../../domain/privacy/names-en/vocabulary.ts';
import { unpackFrontCoded } from '../../../domain/privacy/lexicons/front-coding.ts';
import { givenNames } from '../../../domain/privacy/lexicons/given-names.ts';
import { surnames } from '../../../domain/privacy/lexicons/surnames.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

export interface Names {
  given: () => string;
  surname: () => string;
  full: () => string;
  /** `J. Moreau`, `R. K. Chatterjee`, `P Nakagawa`. */
  withInitials: () => string;
}

const starts =
  'Var Kel Nor Hal Tor Ost Bra Lin Mar Sol Gre Wex Hol Fal Ryd Stan Ald Bor Cas Dun Eks Gor Ise Jes Kon Lub Mon Nag Chi Olu Abde Pri Thu Xia Nku Siob Yev Zan Quo'.split(
    ' ',
  );
const ends =
  'ovic enko ssen dóttir akis yama escu ault ierre eva ina ulo ake isha otto une imir anka wala ngwe kumar oglu ska wicz ez bayo kwe nna'.split(
    ' ',
  );
const prefixes = ["O'", 'Mc', 'Mac', "D'", 'Al-', 'El-'];
const particles = ['van der', 'de', 'de la', 'von', 'bin', 'al', 'dos', 'da', 'ter', 'af'];

const allGiven = [...unpackFrontCoded(givenNames)];
const allSurnames = [...unpackFrontCoded(surnames)];
const isAmbiguous = (name: string): boolean => (kindsOf(name) & (kinds.ordinary | knownKinds)) !== 0;
const ambiguousGiven = allGiven.filter(isAmbiguous);
const ambiguousSurnames = allSurnames.filter(isAmbiguous);

/**
 * Invented names of all origins. One part in four is in no list, as with the names of real people; one in fourteen is also a
 * word, a place or a brand, as many of the commonest names are.
 */
export function createNames(random: Random): Names {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const of = (names: readonly string[], ambiguous: readonly string[]): string => {
    const kind = random();
    if (kind < 0.25) return pick(starts) + pick(ends);
    return capital(pick(kind < 0.32 ? ambiguous : names));
  };
  const initial = (): string => `${pick('ABCDEFGHIJKLMNOPRSTUVWYZ'.split(''))}${pick(['.', '.', ''])}`;
  const given = (): string => of(allGiven, ambiguousGiven) + (random() < 0.04 ? `-${capital(pick(allGiven))}` : '');
  const surname = (): string => {
    const name = of(allSurnames, ambiguousSurnames);
    const kind = random();
    if (kind < 0.06) return `${name}-${capital(pick(allSurnames))}`;
    return kind < 0.1 ? pick(prefixes) + name : name;
  };
  const full = (): string => {
    const middle = random() < 0.15 ? ` ${initial()}` : random() < 0.06 ? ` ${pick(particles)}` : '';
    return `${given()}${middle} ${surname()}`;
  };
  const withInitials = (): string => `${initial()}${random() < 0.3 ? ` ${initial()}` : ''} ${surname()}`;
  return { given, surname, full, withInitials };
}

/** `o'neil-smith` → `O'Neil-Smith`. */
export function capital(name: string): string {
  return name.replaceAll(/(?:^|[- ']|Mc)\p{Ll}/gu, (letters) => letters.toUpperCase()).replaceAll(/'S\b/gu, "'s");
}
