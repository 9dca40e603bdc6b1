import { span, type Span } from '../span.ts';

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

interface Form {
  gate: RegExp;
  expression: RegExp;
}

function form(gate: string, source: string): Form {
  return { gate: new RegExp(gate, 'iu'), expression: new RegExp(source, 'giu') };
}

/** Forms that are an address wherever they stand, each behind a cheap test without which it cannot match. */
const certain = [
  // 1209 Cedar Hollow Rd; Flat 6, 31 Tollgate St
  form(suffix, String.raw`(?:\bflat \d{1,4}[a-z]?, )?${number} (?:${word} ){1,4}?(?:${suffix})\b\.?`),
  // Via dei Fiorentini 17; 26 rue des Lilas
  form(streetWord, String.raw`(?<![\p{L}\d])(?:\d{1,6} )?(?:\d{1,4} )?(?:${streetWord})\.? ?(?:${word} ){1,5}?\d{1,5}[a-z]?(?![\d.])`),
  form(streetWord, String.raw`${number} (?:${streetWord})\.? ${word}(?: ${word}){0,4}`),
  // Kiannonkatu 98; Erzsébet tér 19.
  form(
    `(?:${streetEnding}|${streetNoun}) \\d`,
    String.raw`(?<![\p{L}\d])(?:\d{1,6} )?(?:${word} ){0,2}?(?:\p{L}{2,20}(?:${streetEnding})|${word} (?:${streetNoun})) \d{1,5}[a-z]?\.?(?!\d)`,
  ),
  // 3369 24 Clarke Apt. 805
  form(unit, String.raw`${number} ${word}(?: ${word}){0,4}(?: \d{1,5})?,?\s{1,3}>?${unit}`),
  // PO Box 7; PSC 3294, Box 9168, APO AA 61487
  form(
    'psc|box|unit|cmr|us[ns]',
    String.raw`\b(?:(?:psc|p\.?o\.? box|unit|cmr) (?:no\.? )?\d{1,6}(?:,? box \d{1,6})?|us[ns]{1,2} \p{L}{2,24})(?:,?\s{1,3}(?:apo|fpo|dpo) [a-z]{2} \d{5})?`,
  ),
];

const leads = /address|live|living|sen[dt]|deliver|ship|located|arrived|is at|drops|mail|taxi|corner/iu;
/** Behind words that lead to an address, a number and the words after it are enough. */
const cued = new RegExp(
  String.raw`(?:\baddress(?: is| to|)|\blives? (?:at|on)|\blived (?:at|in|on)|\bliving at|\bsen[dt] (?:(?:it|this|one|him|her|them|this one) )?to|\bdeliver(?:ed|y)? to|\bship(?:ped)? to|\blocated at|\barrived at|\bis at|\bdrops you off at|\bmail(?:ed)? to|\btaxi to|\bin the corner of|\bthe corner of)[:\s]{1,8}(\d{1,6} ${word}(?: (?:${word}|\d{1,5})){0,5})`,
  'giu',
);
/** Forms that usually are one: a number on both sides of capitalised words, a street without a number. */
const likely = [
  String.raw`\d(?<![\p{L}\d.,-].)\d{1,5} ${capital}(?: ${word}){0,3} \d{1,5}[a-z]?(?![\d.:/-])`,
  String.raw`(?<![\p{L}\d])${capital}(?: ${capital}){0,2} (?:Street|Road|Avenue|Lane|Boulevard|Drive|Bypass|Turnpike|Highway|Parkway)\b`,
].map((source) => new RegExp(source, 'gu'));

/** What may follow, one piece at a time: unit, town or country, state with ZIP code, postal code. */
const tails = [
  new RegExp(String.raw`^,?\s{1,6}>?\s{0,3}${unit}`, 'iu'),
  new RegExp(String.raw`^,?\s{1,4}>?(?:[A-Z]{2} \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4,6})\b`, 'u'),
  new RegExp(String.raw`^\s{0,2}(?:,|\n)\s{0,6}>?\s{0,3}${capital}(?: (?:${word}|\([\p{L} .]{1,24}\))){0,4}(?=[\n,.?!]| \d|$)`, 'u'),
  new RegExp(String.raw`^ ${capital}(?: ${capital}){0,3}(?= \d{4,6}\b| [A-Z]{2}\b|\n|$|\.$|, [A-Z])`, 'u'),
];

/** Postal addresses in the ways of the English-speaking world, and the commonest of continental Europe. */
export function detectAddressEn(text: string): Span[] {
  if (!/\d|Street|Road|Avenue|Lane|Boulevard|Drive|Bypass|Turnpike|Highway|Parkway/u.test(text) || !/[A-Za-z]/u.test(text)) return [];
  const spans: Span[] = [];
  for (const { gate, expression } of certain) {
    if (!gate.test(text)) continue;
    for (const { 0: found, index } of text.matchAll(expression)) spans.push(withTail(text, index, index + found.length, 'cued'));
  }
  for (const match of leads.test(text) ? text.matchAll(cued) : []) {
    const end = match.index + match[0].length;
    spans.push(withTail(text, end - (match[1]?.length ?? 0), end, 'cued'));
  }
  for (const expression of likely) {
    for (const { 0: found, index } of text.matchAll(expression)) spans.push(withTail(text, index, index + found.length, 'pattern'));
  }
  return spans;
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
