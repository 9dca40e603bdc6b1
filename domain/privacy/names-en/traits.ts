import type { FeatureList } from './feature-list.ts';
import { hashOf } from './hash.ts';
import { shortGap } from './short-gap.ts';
import type { Shape } from './shape.ts';
import type { Token } from './token.ts';
import { kinds, nameKinds } from './kinds.ts';
import { kindsOfPair } from './vocabulary.ts';

/** A text as the features see it. */
export interface View {
  text: string;
  tokens: readonly Token[];
  /** Of the whole text: 0 no capitals, 1 capitals all over, 2 most words begin with one, 3 some do. */
  letterCase: number;
}

export function viewOf(text: string, tokens: readonly Token[]): View {
  findPairs(tokens);
  let lower = 0;
  let upper = 0;
  for (const { shape } of tokens) {
    if (shape === 'lower') lower += 1;
    else if (shape === 'upper') upper += 1;
  }
  const all = tokens.length;
  return {
    text,
    tokens,
    letterCase: lower === all ? 0 : upper * 2 > all ? 1 : lower * 2 < all ? 2 : 3,
  };
}

function findPairs(tokens: readonly Token[]): void {
  for (let at = 0; at + 1 < tokens.length; at += 1) {
    const first = tokens[at]!;
    if (!first.is(kinds.beginsPair)) continue;
    const second = tokens[at + 1]!.hash === andHash ? tokens[at + 2] : tokens[at + 1];
    if (second === undefined || second.gap.length > 3) continue;
    const pair = kindsOfPair(first.hash, second.spell());
    first.pairKinds |= pair;
    second.pairKinds |= pair;
  }
}

const andHash = hashOf('and');
const { clz32 } = Math;

/** How a word is written, as a number. */
export const shapeNumbers: Readonly<Record<Shape, number>> = { title: 0, upper: 1, lower: 2, initial: 3, camel: 4 };

/** Names, words or places, and how it is written: what is known of a word apart from its letters, in few values. */
export function sortOf(token: Token, pairKinds = 0): number {
  const known = token.kinds | pairKinds;
  return (
    1 +
    (known & nameKinds) +
    ((known & kinds.ordinary) !== 0 ? 4 : (known & kinds.rareWord) !== 0 ? 8 : 0) +
    ((known & (kinds.properNoun | kinds.place)) !== 0 ? 16 : 0) +
    ((known & (kinds.brand | kinds.famous | kinds.fictional | kinds.eponym)) !== 0 ? 32 : 0) +
    64 * shapeNumbers[token.shape] +
    ((known & (kinds.organisation | kinds.firmEnding)) !== 0 ? 512 : 0)
  );
}

/** Adds one feature for each kind of `known`, each together with `detail`. */
export function addKinds(list: FeatureList, slot: number, known: number, detail: number): void {
  for (let rest = known; rest !== 0; rest &= rest - 1) list.add(slot, (31 - clz32(rest & -rest)) * 1024 + detail);
}

/** Hash of what stands before a word. */
export function hashOfGap({ gap }: Token): number {
  return gap === ' ' ? blankHash : hashOf(gap);
}

const blankHash = hashOf(' ');

/** Hash of what follows the word at `at` up to the next one, as `Token.gap`; at the end of a text of the rest of it. */
export function hashOfGapAfter({ text, tokens }: View, at: number): number {
  const next = tokens[at + 1];
  if (next !== undefined) return hashOfGap(next);
  const token = tokens[at];
  const from = token === undefined ? 0 : token.end + (token.possessive ? 2 : 0);
  return hashOf(`${shortGap(text.slice(from, from + 8))}$`);
}

/** True where nothing, a line break or the end of a sentence stands before the word. */
export function startsSentence(token: Token): boolean {
  return token.gap !== ' ' && /[\^.!?:>\n]["'“(> ]*$/u.test(token.gap);
}

const nearGaps = new Set([', ', ': ', ' "', ' “', ' (', '. ', ' & ']);

/** True for gaps over which a word still says something of the next. */
export function isNear(gap: string): boolean {
  return gap === ' ' || nearGaps.has(gap);
}
