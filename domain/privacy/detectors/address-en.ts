import { neverNames } from '../lexicons/english-name-context.ts';
import { fold } from '../names-en/fold.ts';
import { isWord } from '../names-en/vocabulary.ts';
import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

const word = String.raw`\p{L}[\p{L}.'’-]{0,24}`;
const capital = String.raw`\p{Lu}[\p{L}.'’-]{0,24}`;
const suffix =
  'street|str|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|squares?|sq|place|pl|plaza|terrace|terrasse|way|highway|hwy|parkway|pkwy|turnpike|bypass|expressway|circle|cir|trail|trl|alley|close|crescent|grove|mews|row|walk|quay|hill|points?|isle|streets|mall|loop|ridge|gardens|forges?|flats?|pass|crossing';
const streetWord =
  'via|viale|vicolo|piazza|corso|rua|rúa|avenida|travessa|calle|c/|avda|plaza|paseo|rue|chemin|allée|impasse|ulica|ul|strada|bulevardul|λεωφόρος|boulevard de|avenue de|cité|cite';
const streetEnding =
  'katu|kuja|tie|gatan|gata|vägen|vagen|veien|vegen|vej|gade|gaten|stræti|straat|laan|weg|plein|gracht|strasse|straße|gasse|platz|allee|utca|ulice|náměstí';
const streetNoun = String.raw`utca|út|útja|u\.|tér|köz|ulice|tie|gate|vei|vej|gade|allé|weg|strasse|straße`;
const unit = String.raw`(?:suite|apt\.?|apartment|unit|flat|floor|ste\.?|room) ?#?\d{1,5}[a-z]?`;
const number = String.raw`\d(?<![\p{L}\d.,-].)\d{0,5}[a-z]?(?: \d{1,5})?`;

interface Forms {
  gate: RegExp;
  expressions: readonly RegExp[];
}

function forms(gate: string, ...sources: readonly string[]): Forms {
  return {
    gate: new RegExp(String.raw`\b(?:${gate})(?![a-z])`, 'i'),
    expressions: sources.map((source) => new RegExp(source, 'giu')),
  };
}

/** Forms that are an address wherever they stand, each behind a cheap test without which it cannot match. */
const certain = [
  // 1209 Cedar Hollow Rd; Flat 6, 31 Tollgate St
  forms(suffix, String.raw`(?:\bflat \d{1,4}[a-z]?, )?${number} (?:${word} ){1,4}?(?:${suffix})\b\.?`),
  // Via dei Fiorentini 17; 26 rue des Lilas
  forms(
    streetWord,
    String.raw`(?:${streetWord})(?<![\p{L}\d](?:${streetWord}))\.? ?(?:${word} ){1,5}?\d{1,5}[a-z]?(?![\d.])`,
    String.raw`${number} (?:${streetWord})\.? ${word}(?: ${word}){0,4}`,
  ),
  // 3369 24 Clarke Apt. 805
  forms(unit, String.raw`${number} ${word}(?: ${word}){0,4}(?: \d{1,5})?,?\s{1,3}>?${unit}`),
  // PO Box 7; PSC 3294, Box 9168, APO AA 61487
  forms(
    'psc|box|unit|cmr|us[ns]{1,2}',
    String.raw`\b(?:(?:psc|p\.?o\.? box|unit|cmr) (?:no\.? )?\d{1,6}(?:,? box \d{1,6})?|us[ns]{1,2} \p{L}{2,24})(?:,?\s{1,3}(?:apo|fpo|dpo) [a-z]{2} \d{5})?`,
  ),
];

/** Words that lead to an address, right before a number. */
const leads =
  /\b(?:address(?: is| to|)|lives? (?:at|on)|lived (?:at|in|on)|living at|sen[dt] (?:(?:it|this|one|him|her|them|this one) )?to|deliver(?:ed|y)? to|ship(?:ped)? to|located at|arrived at|is at|drops you off at|mail(?:ed)? to|taxi to)[:\s]{1,8}(?=\d)/gi;
/** Behind them, a number and the words after it are enough. */
const numberAndWords = new RegExp(String.raw`\d{1,6} ${word}(?: (?:${word}|\d{1,5})){0,5}`, 'uy');
const corner = /\bcorner of ([^\n,.?!;]{3,24}(?:\. ?)? and (?:\S{1,24} ?){1,3}?)(?=[\n,.?!;]|$)/giu;
/** `on Peter Zuidhove 188`: a street behind a preposition, as much of the continent writes it. */
const placed = new RegExp(
  String.raw`\b(?:on|at) (${capital}(?: ${word}){0,3} \d{1,4}[a-z]?(?: st| street)?)(?=[\s.,?!]|$)`,
  'gu',
);

/** Kiannonkatu 98; Erzsébet tér 19. Found by its end, and read backwards from there. */
const numberedStreet = String.raw`(?:${streetEnding}|(?<= )(?:${streetNoun}))`;
const numberedEnding = new RegExp(String.raw`${numberedStreet} \d{1,5}[a-z]?\.?(?!\d)`, 'gi');
/** The same looked for by its number, of which a text has fewer than letters. */
const numberedEndingGate = new RegExp(String.raw` (?=\d)(?<=${numberedStreet} )`, 'i');
/** A number on both sides of capitalised words. */
const between = new RegExp(
  String.raw`\d(?<![\p{L}\d.,-].)\d{1,5} ${capital}(?: ${word}){0,3} \d{1,5}[a-z]?(?![\d.:/-])`,
  'gu',
);
/** A street without a number. */
const bareStreet = / (?:Street|Road|Avenue|Lane|Boulevard|Drive|Bypass|Turnpike|Highway|Parkway)\b/gu;

/** What may follow, one piece at a time: unit, town or country, state with ZIP code, postal code. */
const tails = [
  new RegExp(String.raw`^,?\s{1,6}>?\s{0,3}${unit}`, 'iu'),
  new RegExp(String.raw`^,?\s{1,4}>?(?:[A-Z]{2} \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4,6})\b`, 'u'),
  new RegExp(
    String.raw`^\s{0,2}(?:,|\n)\s{0,6}>?\s{0,3}${capital}(?: (?:${word}|\([\p{L} .]{1,24}\))){0,4}(?=[\n,.?!]| \d|$)`,
    'u',
  ),
  new RegExp(String.raw`^ ${capital}(?: ${capital}){0,3}(?= \d{4,6}\b| [A-Z]{2}\b|\n|$|\.$|, [A-Z])`, 'u'),
];

/** Postal addresses in the ways of the English-speaking world, and the commonest of continental Europe. */
export function detectAddressEn(text: string): Span[] {
  if (
    !/\d|Street|Road|Avenue|Lane|Boulevard|Drive|Bypass|Turnpike|Highway|Parkway/u.test(text) ||
    !/[A-Za-z]/u.test(text)
  )
    return [];
  const spans: Span[] = [];
  const digits = /\d/u.test(text);
  for (const { gate, expressions } of digits ? certain : []) {
    if (!gate.test(text)) continue;
    for (const { 0: found, index } of expressions.flatMap((expression) => matchesOf(text, expression)))
      spans.push(withTail(text, numberBefore(text, index), index + found.length, 'cued'));
  }
  for (const { 0: lead, index } of digits ? matchesOf(text, leads) : []) {
    const start = index + lead.length;
    numberAndWords.lastIndex = start;
    const found = numberAndWords.exec(text);
    if (found !== null) spans.push(withTail(text, start, start + found[0].length, 'cued'));
  }
  for (const match of text.includes('orner of') ? matchesOf(text, corner) : []) {
    const end = match.index + match[0].length;
    spans.push(withTail(text, end - (match[1]?.length ?? 0), end, 'cued'));
  }
  for (const match of digits ? matchesOf(text, placed) : []) {
    const street = match[1] ?? '';
    const first = fold(street.slice(0, street.indexOf(' ')));
    if (!isWord(first) && !neverNames.has(first))
      spans.push(
        withTail(text, match.index + match[0].length - street.length, match.index + match[0].length, 'pattern'),
      );
  }
  for (const { 0: found, index } of digits && numberedEndingGate.test(text) ? matchesOf(text, numberedEnding) : []) {
    const start = wordsBefore(text, index, /^\p{L}/u.test(found) && text.charAt(index - 1) === ' ' ? 2 : 1);
    if (start < index) spans.push(withTail(text, numberBefore(text, start), index + found.length, 'cued'));
  }
  for (const { 0: found, index } of digits ? matchesOf(text, between) : [])
    spans.push(withTail(text, index, index + found.length, 'pattern'));
  for (const { 0: found, index } of matchesOf(text, bareStreet)) {
    const start = wordsBefore(text, index, 3);
    if (start < index) spans.push(span('address', start, index + found.length, 'pattern'));
  }
  return spans;
}

/** Start of up to `count` capitalised words that end at `end`, the last of which may be cut; `end` where there is none. */
function wordsBefore(text: string, end: number, count: number): number {
  let start = end;
  for (let words = 0; words < count; words += 1) {
    let at = words === 0 ? end : start - 1;
    if (words > 0 && text.charAt(at) !== ' ') break;
    if (words === 0 && text.charAt(at - 1) === ' ') at -= 1;
    const wordEnd = at;
    while (at > 0 && wordEnd - at < 26 && /[\p{L}.'’-]/u.test(text.charAt(at - 1))) at -= 1;
    if (at === wordEnd || (!/\p{Lu}/u.test(text.charAt(at)) && (words > 0 || text !== text.toLowerCase()))) break;
    start = at;
  }
  return start;
}

/** Takes in up to two numbers right before an address. */
function numberBefore(text: string, start: number): number {
  return (
    start - (/(?<![\p{L}\d.,-])(?:\d{1,6} ){1,2}$/u.exec(text.slice(Math.max(0, start - 16), start))?.[0].length ?? 0)
  );
}

function withTail(text: string, start: number, end: number, evidence: Span['evidence']): Span {
  let stop = end;
  for (let parts = 0; parts < 6; parts += 1) {
    const rest = text.slice(stop, stop + 120);
    const more = tails.map((tail) => tail.exec(rest)?.[0].length ?? 0).find((size) => size > 0);
    if (more === undefined) break;
    stop += more;
  }
  return span('address', start, stop, evidence);
}
