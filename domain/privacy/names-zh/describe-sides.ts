import type { WordLattice } from './lattice.ts';
import { note, noteHash, numbers, wordHash, type Notes } from './rows.ts';
import { leftKinds, rightKinds, type ChineseContext } from './surroundings.ts';
import { afterOf, beforeOf, classOf, frequencyOf, isHanUnit, roleOf, roles } from './words.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { floor, min } = Math;

/** What stands beside a name: one of the 16 classes of words (0–15), or one of these. */
const token = {
  none: 16,
  unknown: 17,
  comma: 18,
  stop: 19,
  colon: 20,
  open: 21,
  close: 22,
  digit: 23,
  latin: 24,
  space: 25,
  at: 26,
  list: 27,
  other: 28,
};
const tokenKinds = 29;
const signs = new Uint8Array(0x1_0000).fill(token.other);
for (const [chars, kind] of [
  ['，,', token.comma],
  ['。！？!?；;…~～\n', token.stop],
  ['：:', token.colon],
  ['（(“‘"「『【[《〈', token.open],
  ['）)”’」』】]》〉', token.close],
  ['0123456789', token.digit],
  ['abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', token.latin],
  [' \t', token.space],
  ['@', token.at],
  ['、/', token.list],
] as const)
  for (const char of chars) signs[char.charCodeAt(0)] = kind;

/** Kind of the `size` units at `at`. */
export function tokenKind({ text, word }: WordLattice, at: number, size: number): number {
  if (at < 0 || at >= text.length || size === 0) return token.none;
  const unit = text.charCodeAt(at);
  if (!isHanUnit(unit)) return signs[unit] ?? token.other;
  const facts = word(at, size);
  return facts === 0 ? token.unknown : classOf(facts);
}

const crossLevels = 8;
/** How much dearer the likeliest reading becomes with a border at `at`, in levels of 2 nats. */
function crossing({ before, after }: WordLattice, at: number): number {
  const extra = (before[at] ?? 0) + (after[at] ?? 0) - (after[0] ?? 0);
  return extra <= 0.01 ? 0 : min(crossLevels - 1, 1 + floor(extra / 2));
}

const own = numbers(0, {
  leftKind: leftKinds.length,
  leftToken: tokenKinds,
  leftFar: tokenKinds,
  leftWord: 5 * 14,
  leftUnit: 5,
  leftSize: 5,
  leftCross: crossLevels,
  rightKind: rightKinds.length,
  rightToken: tokenKinds,
  rightWord: 5 * 14,
  rightUnit: 5,
  rightSize: 5,
  rightCross: crossLevels,
  rightSecond: 10,
  rightModern: 10,
});
/** The first number that describe-shape.ts may use. */
export const firstShapeRow = own.rightModern + 10;

/** Stands for a character outside the text. */
const outside = 1;
const unitAt = (text: string, at: number): number => (at < 0 || at >= text.length ? outside : text.charCodeAt(at));

/** What stands before a possible name that begins at `start`. */
export function describeLeft(context: ChineseContext, start: number, notes: Notes): void {
  const { text, lattice } = context;
  const { lastSize, word } = lattice;
  const size = lastSize[start] ?? 0;
  const at = start - size;
  const farSize = lastSize[at] ?? 0;
  note(notes, own.leftKind + context.leftIndex(start));
  note(notes, own.leftToken + tokenKind(lattice, at, size));
  note(notes, own.leftFar + tokenKind(lattice, at - farSize, farSize));
  note(notes, own.leftSize + size);
  note(notes, own.leftCross + crossing(lattice, start));
  const facts = size === 0 ? 0 : word(at, size);
  if (facts !== 0) note(notes, own.leftWord + beforeOf(facts) * 14 + frequencyOf(facts));
  if (start > 0) note(notes, own.leftUnit + beforeOf(word(start - 1, 1)));
  const one = unitAt(text, start - 1);
  const two = unitAt(text, start - 2);
  const id = wordHash(text, at, size);
  noteHash(notes, 1, one);
  noteHash(notes, 2, one, two);
  noteHash(notes, 3, one, two, unitAt(text, start - 3));
  noteHash(notes, 4, id);
  noteHash(notes, 6, wordHash(text, at - farSize, farSize));
}

/** What stands behind a possible name that ends at `end`. */
export function describeRight(context: ChineseContext, end: number, notes: Notes): void {
  const { text, lattice } = context;
  const { nextSize, word } = lattice;
  const size = nextSize[end] ?? 0;
  const at = end + size;
  const farSize = nextSize[at] ?? 0;
  note(notes, own.rightKind + context.rightIndex(end));
  note(notes, own.rightToken + tokenKind(lattice, end, size));
  note(notes, own.rightSize + size);
  note(notes, own.rightCross + crossing(lattice, end));
  const facts = size === 0 ? 0 : word(end, size);
  if (facts !== 0) note(notes, own.rightWord + afterOf(facts) * 14 + frequencyOf(facts));
  const one = unitAt(text, end);
  const two = unitAt(text, end + 1);
  if (end < text.length) {
    note(notes, own.rightUnit + afterOf(word(end, 1)));
    // A character that given names like may belong to this one.
    note(notes, own.rightSecond + roleOf(one, roles.second));
    note(notes, own.rightModern + roleOf(one, roles.modern));
  }
  const id = wordHash(text, end, size);
  noteHash(notes, 8, one);
  noteHash(notes, 9, one, two);
  noteHash(notes, 10, one, two, unitAt(text, end + 2));
  noteHash(notes, 11, id);
  noteHash(notes, 13, wordHash(text, at, farSize));
}
