import { fold } from './fold.ts';
import { hashOf } from './hash.ts';
import { shortGap } from './short-gap.ts';
import { kindsOf } from './vocabulary.ts';

/** One word of a script that has capitals. A possessive ending is not part of it. */
export class Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly folded: string;
  readonly shape: 'title' | 'upper' | 'lower' | 'initial' | 'camel';
  readonly possessive: boolean;
  /** What parts it from the word before; a text's first word has the text's beginning. */
  readonly gap: string;
  /** What the lists know of the word, see vocabulary.ts. */
  readonly kinds: number;
  /** 32 bits of the folded word. */
  readonly hash: number;

  constructor(text: string, start: number, end: number, possessive: boolean, gap: string) {
    this.start = start;
    this.end = end;
    this.text = text.slice(start, end);
    this.folded = fold(this.text);
    this.shape = shapeOf(this.text);
    this.possessive = possessive;
    this.gap = gap;
    this.kinds = kindsOf(this.folded);
    this.hash = hashOf(this.folded);
  }

  is(kind: number): boolean {
    return (this.kinds & kind) !== 0;
  }
}

/** Longer runs of letters are no words of a text, and looking into them would cost the square of their length. */
const longestWord = 60;
const longestGap = 8;

/** Words in text order; pieces of mail addresses, URLs, handles and part numbers are left out. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (!isLetter(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const start = at;
    while (at < text.length && (isLetter(text.charCodeAt(at)) || isJoint(text, at))) at += 1;
    if (
      at - start > longestWord ||
      (!isHandle(text, start) && partOfAddress(text.charCodeAt(start - 1))) ||
      joinsAddress(text, at)
    )
      continue;
    const possessive =
      at - start > 2 && (text.endsWith("'s", at) || text.endsWith('’s', at) || text.endsWith("'S", at));
    const end = possessive ? at - 2 : at;
    tokens.push(new Token(text, start, end, possessive, gapBetween(text, tokens.at(-1), start)));
  }
  return tokens;
}

/** What parts two words, shortened; `^` for the beginning of a text. */
function gapBetween(text: string, previous: Token | undefined, start: number): string {
  const from = previous === undefined ? 0 : previous.end + (previous.possessive ? 2 : 0);
  if (start - from === 1 && text.charCodeAt(from) === 32) return ' ';
  const gap = shortGap(text.slice(Math.max(from, start - longestGap), start));
  return previous === undefined && start < longestGap ? `^${gap}` : gap;
}

/** Latin, Greek, Cyrillic, Armenian and Georgian letters and combining marks; by range, since it runs on every unit. */
function isLetter(unit: number): boolean {
  if (unit < 0x80) return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);
  return (
    (unit >= 0xc0 && unit < 0x590 && unit !== 0xd7 && unit !== 0xf7) ||
    (unit >= 0x10a0 && unit < 0x1100) ||
    (unit >= 0x1e00 && unit < 0x2000)
  );
}

/** An apostrophe or hyphen between two letters. */
function isJoint(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (unit === 39 || unit === 0x2019 || unit === 45) && isLetter(text.charCodeAt(at + 1));
}

/** `@ / \ _ #` and digits. */
function partOfAddress(unit: number): boolean {
  return unit === 64 || unit === 47 || unit === 92 || unit === 95 || unit === 35 || (unit >= 48 && unit <= 57);
}

/** `@Freja` at the start of a word calls somebody; what is longer is a handle, which no word joins. */
function isHandle(text: string, start: number): boolean {
  return text.charCodeAt(start - 1) === 64 && (start === 1 || /\s/u.test(text.charAt(start - 2)));
}

function joinsAddress(text: string, end: number): boolean {
  const unit = text.charCodeAt(end);
  if (partOfAddress(unit)) return true;
  const next = text.charCodeAt(end + 1);
  return unit === 46 && ((next >= 97 && next <= 122) || (next >= 48 && next <= 57));
}

function shapeOf(word: string): Token['shape'] {
  const first = word.charCodeAt(0);
  if (first >= 97 && first <= 122) return 'lower';
  if (word.charAt(0).toLowerCase() === word.charAt(0)) return 'lower';
  if (word.length === 1) return 'initial';
  const rest = word.slice(1);
  if (rest === rest.toLowerCase()) return 'title';
  if (word === word.toUpperCase()) return 'upper';
  const inner = word
    .replace(/^(?:Mac|Mc|De|La|Le|Di|Du|Van|O['’]|D['’]|Fitz)(?=\p{Lu})/u, '')
    .replaceAll(/['’-]\p{Lu}/gu, '');
  return /\p{Lu}/u.test(inner.slice(1)) ? 'camel' : 'title';
}
