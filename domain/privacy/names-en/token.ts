import { shortGap } from './short-gap.ts';
import type { Shape } from './shape.ts';
import { spell } from './spelling.ts';
import { isListedWord, kindsOfSpelled } from './vocabulary.ts';
import { kindsOfHash } from './word-table.ts';

/** One word of a script that has capitals. A possessive ending is not part of it. */
export class Token {
  readonly start: number;
  readonly end: number;
  readonly shape: Shape;
  readonly possessive: boolean;
  /** 32 bits of the folded word. */
  readonly hash: number;
  /** What the lists know of the word, see vocabulary.ts. */
  readonly kinds: number;
  /** Kinds of the well-known names of two words that it is part of: Frida Kahlo, Ben & Jerry's. */
  pairKinds: number;
  private readonly source: string;
  private readonly gapStart: number;
  private knownGap: string | undefined;

  /** @param gapStart where what parts it from the word before begins; -1 for the first word of a text. */
  constructor(
    source: string,
    gapStart: number,
    start: number,
    end: number,
    shape: Shape,
    possessive: boolean,
    hash: number,
    hyphenated: boolean,
  ) {
    this.source = source;
    this.gapStart = gapStart;
    const from = gapStart < 0 ? 0 : gapStart;
    this.knownGap = start - from === 1 && source.charCodeAt(from) === 32 ? ' ' : undefined;
    this.pairKinds = 0;
    this.start = start;
    this.end = end;
    this.shape = shape;
    this.possessive = possessive;
    this.hash = hash;
    const listed = kindsOfHash(hash);
    this.kinds = isListedWord(listed) && !hyphenated ? listed : kindsOfSpelled(this.spell());
  }

  is(kind: number): boolean {
    return (this.kinds & kind) !== 0;
  }

  /** Makes it the word at hand, see spelling.ts; returns the number of its folded letters. */
  spell(): number {
    return spell(this.source, this.start, this.end);
  }

  get text(): string {
    return this.source.slice(this.start, this.end);
  }

  get length(): number {
    return this.end - this.start;
  }

  /** What parts it from the word before; a text's first word has the text's beginning, after `^`. */
  get gap(): string {
    return (this.knownGap ??= gapBetween(this.source, this.gapStart, this.start));
  }
}

const longestGap = 8;

function gapBetween(text: string, from: number, to: number): string {
  const gap = shortGap(text.slice(to - from > longestGap ? to - longestGap : from < 0 ? 0 : from, to));
  return from < 0 && to < longestGap ? `^${gap}` : gap;
}
