import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  eponyms,
  famousPeople,
  fictionalPeople,
  personBrands,
  towns,
} from '../../domain/privacy/lexicons/english-known-names.ts';
import { englishPlaces } from '../../domain/privacy/lexicons/english-places.ts';
import { seededRandom } from '../../test/chaos/seeded-random.ts';
import type { LabelledText } from './data-set.ts';
import { capital, createNames, type Random } from './names-en/invented-names.ts';

/**
 * Lines with slots, from which the English name model learns. Written for this project, CC0. {P} full name, {F} given
 * name, {L} surname, {I} name with initials, {D} `SURNAME, GIVEN`, {G} place, {O} organisation, {B} brand that bears a
 * name, {C} person of public life or of fiction, {E} eponym of a sign or disease; `\n` is a line break.
 */
const lines = readFileSync(join(import.meta.dirname, 'invented-sentences.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.replaceAll(String.raw`\n`, '\n'));

const firms =
  'Halvorsen Group|Brightline Media|Quantix|Nordwind Airlines|Acme Corp|Lumenor|Veritas Capital|Blue Finch Ltd|Oakridge Hospital|Mercy Clinic|Foxglove Studios|Datavista|Northwind Traders|Umbrella Corporation|Persimmon|Xentris|Medialoop|Openfield|Cloudmere|Green Harbor Foods'.split(
    '|',
  );
const firmKinds =
  'Group|Inc|LLC|Ltd|PLC|Corp|Holdings|Partners|Incorporated|Insurance|Software|Capital|Media|Van Lines'.split('|');
const firmStarts =
  'Data Bright Cloud Open Health Code Trip Loan Grid Inno Veri Nova Opti Civi Zen Lumi Quanti Agri Bio Nexa'.split(' ');
const firmEnds =
  'metrics ly base vista logic lab works zoom point era trix scope wise hub mere line ify tura ris don'.split(' ');
const placeStarts =
  'Var Kel Nor Hal Tor Ost Bra Lin Mar Sol Gre Wex Hol Fal Ryd Stan Ald Bor Cas Dun Eks Fjel Gor Hvam Ise Jes Kon Lub Mon Nag'.split(
    ' ',
  );
const placeEnds =
  'holt by ford sund berg wick dorf ville ton stad ana ino erö nica grad ovo mere ham vik borg tjern eira ec any ice hegy falva lahti joki nes'.split(
    ' ',
  );
const placeFronts = 'Port|Villa|Fort|Cite|San|Santa|Saint|Den|Bad|Great|Upper|New|El|Monte'.split('|');

/** The lines, each filled `copies` times from a seeded generator; one in fourteen in lower case. */
export function inventedSentences(copies: number, seed: number): LabelledText[] {
  const random = seededRandom(seed).next;
  const fillers = createFillers(random);
  return lines.flatMap((line, template) =>
    Array.from({ length: copies }, (_, copy) =>
      fill(line, fillers, `invented-${template}`, `${template}-${copy}`, random() < 0.07),
    ),
  );
}

function createFillers(random: Random): Readonly<Record<string, () => string>> {
  const names = createNames(random);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const places = [...englishPlaces, ...towns];
  const place = (): string => {
    const name = random() < 0.5 ? spelt(pick(places)) : pick(placeStarts) + pick(placeEnds);
    const whole = random() < 0.1 ? `${pick(placeFronts)} ${name}` : name;
    return random() < 0.08 ? whole.toUpperCase() : whole;
  };
  const firm = (): string => {
    const kind = random();
    if (kind < 0.2) return `${names.surname()}-${names.surname()}`;
    if (kind < 0.35) return `${names.surname()}, ${names.surname()} and ${names.surname()}`;
    if (kind < 0.55) return `${names.surname()} ${pick(firmKinds)}`;
    if (kind < 0.85) return capital(pick(firmStarts) + pick(firmEnds)) + (random() < 0.2 ? ` ${pick(firmKinds)}` : '');
    return pick(firms);
  };
  return {
    P: names.full,
    F: names.given,
    L: names.surname,
    I: names.withInitials,
    D: () => `${names.surname()}, ${names.given()}`.toUpperCase(),
    G: place,
    O: firm,
    B: () => spelt(pick(personBrands)),
    C: () => spelt(pick(random() < 0.6 ? famousPeople : fictionalPeople)),
    E: () => spelt(pick(eponyms)).replace(/'s?$/u, ''),
  };
}

/** An entry of the lists of known names as texts have it: `van_gogh` → `Van Gogh`. */
function spelt(entry: string): string {
  return capital(entry.replaceAll('_', ' ').trim());
}

function fill(
  line: string,
  fillers: Readonly<Record<string, () => string>>,
  template: string,
  id: string,
  lowerCase: boolean,
): LabelledText {
  let text = '';
  const spans: LabelledText['spans'] = [];
  for (const part of line.split(/(\{[A-Z]\})/u)) {
    const slot = /^\{([A-Z])\}$/u.exec(part)?.[1];
    const value = slot === undefined ? part : (fillers[slot]?.() ?? '');
    if (slot !== undefined && 'PFLID'.includes(slot))
      spans.push({ start: text.length, end: text.length + value.length, type: 'PERSON' });
    text += value;
  }
  return { id, template, text: lowerCase ? text.toLowerCase() : text, spans };
}
