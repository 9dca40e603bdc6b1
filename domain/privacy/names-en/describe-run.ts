import type { Candidate } from './candidates.ts';
import type { FeatureList } from './feature-list.ts';
import { emptyHash, hashOf, mix } from './hash.ts';
import type { Token } from './token.ts';
import { addKinds, hashOfGap, hashOfGapAfter, isNear, shapeNumbers, sortOf, type View } from './traits.ts';
import { kinds, knownKinds, nameKinds } from './kinds.ts';

const { min } = Math;

/** What the features of a run are about. A trained model knows them by these numbers. */
const slot = {
  gaps: 101,
  sorts: 102,
  sortsGaps: 103,
  shapes: 104,
  outline: 105,
  letterCase: 106,
  place: 107,
  before: 110,
  beforeSingle: 111,
  before2: 112,
  before3: 113,
  beforePair: 114,
  beforeShape: 115,
  beforeKind: 116,
  beforeKindOutline: 117,
  before2Kind: 118,
  after: 120,
  after2: 121,
  after3: 122,
  afterPair: 123,
  afterShape: 124,
  afterKind: 125,
  afterKindOutline: 126,
  after2Kind: 127,
  around: 130,
  listSize: 140,
  listBefore: 141,
  listAfter: 142,
  listOutline: 143,
} as const;

/** What parts the items of a list, and the words of one. */
const listGaps = new Set([' ', ', ', ' & ']);
const andHash = hashOf('and');
const orHash = hashOf('or');
const longestList = 10;

/** Sorts and shapes of no more words than these tell runs apart. */
const comparedWords = 4;

/** Adds what all words of a run share: what it is made of, and what stands before and after it. */
export function describeRun(view: View, run: Candidate, list: FeatureList): void {
  const { tokens, letterCase } = view;
  const first = tokens[run.first];
  const last = tokens[run.last];
  if (first === undefined || last === undefined) return;
  const length = run.last - run.first + 1;
  const gapBefore = hashOfGap(first);
  const gapBehind = hashOfGapAfter(view, run.last);
  const gaps = mix(gapBefore, gapBehind);
  const outline = outlineOf(first, last, length) + (first.pairKinds === 0 ? 0 : 512);
  let sorts = 0;
  let shapes = 0;
  for (let at = run.first; at < run.first + min(length, comparedWords); at += 1) {
    const part = tokens[at]!;
    sorts = mix(sorts, sortOf(part, part.pairKinds));
    shapes = shapes * 8 + 1 + shapeNumbers[part.shape];
  }
  list.add(slot.gaps, gaps);
  list.add(slot.sorts, sorts);
  list.add(slot.sortsGaps, mix(sorts, gaps));
  list.add(slot.shapes, shapes);
  list.add(slot.outline, outline * 4 + letterCase);
  list.add(slot.letterCase, letterCase * 4 + sizeOf(tokens.length));
  list.add(slot.place, min(run.first, 4) * 8 + min(tokens.length - 1 - run.last, 4));
  describeList(view, run, outline, list);

  const before = wordAt(tokens, run.first - 1);
  const after = tokens[run.last + 1];
  if (before !== undefined) {
    const before2 = wordAt(tokens, run.first - 2);
    const single = length === 1 ? 1 : 0;
    list.add(slot.before, mix(before.hash, gapBefore));
    list.add(slot.beforeSingle, mix(before.hash, single));
    list.add(slot.before2, before2?.hash ?? 0);
    list.add(slot.before3, wordAt(tokens, run.first - 3)?.hash ?? 0);
    list.add(slot.beforePair, mix(mix(before.hash, before2?.hash ?? 0), single));
    list.add(slot.beforeShape, mix(gapBefore, shapeNumbers[before.shape]));
    if (isNear(first.gap)) {
      addKinds(list, slot.beforeKind, before.kinds, 0);
      addKinds(list, slot.beforeKindOutline, before.kinds, outline);
      addKinds(list, slot.before2Kind, before2?.kinds ?? 0, 0);
    }
  }
  if (after !== undefined) {
    const after2 = tokens[run.last + 2];
    list.add(slot.after, mix(after.hash, gapBehind));
    list.add(slot.after2, after2?.hash ?? 0);
    list.add(slot.after3, tokens[run.last + 3]?.hash ?? 0);
    list.add(slot.afterPair, mix(after.hash, after2?.hash ?? 0));
    list.add(slot.afterShape, mix(gapBehind, shapeNumbers[after.shape]));
    if (isNear(after.gap)) {
      addKinds(list, slot.afterKind, after.kinds, 0);
      addKinds(list, slot.afterKindOutline, after.kinds, outline);
      addKinds(list, slot.after2Kind, after2?.kinds ?? 0, 0);
    }
    if (before !== undefined) list.add(slot.around, mix(before.hash, after.hash));
  }
}

/** Adds what stands around the list that a run is an item of: `founders: Kónya, Becker and Vasquez.` */
function describeList(view: View, run: Candidate, outline: number, list: FeatureList): void {
  const { tokens } = view;
  const first = listEnd(tokens, run.first, -1);
  const last = listEnd(tokens, run.last, 1);
  if (first === run.first && last === run.last) return;
  const size = min(last - first + 1, 8);
  list.add(slot.listSize, size);
  list.add(slot.listOutline, outline * 8 + size);
  const gapBefore = tokens[first] === undefined ? emptyHash : hashOfGap(tokens[first]);
  list.add(slot.listBefore, mix(wordAt(tokens, first - 1)?.hash ?? 0, gapBefore));
  list.add(slot.listAfter, mix(tokens[last + 1]?.hash ?? 0, hashOfGapAfter(view, last)));
}

/** Goes on from a word over words with capitals, commas and `and`, up to `longestList` words; returns the last one. */
function listEnd(tokens: readonly Token[], from: number, step: 1 | -1): number {
  let end = from;
  for (let at = from + step; at >= 0 && at < tokens.length && (at - from) * step <= longestList; at += step) {
    const token = tokens[at]!;
    const { gap } = step === 1 ? token : tokens[at + 1]!;
    if (gap !== ' ' && !listGaps.has(gap)) break;
    if (token.shape === 'title' || token.shape === 'initial') end = at;
    else if (token.hash !== andHash && token.hash !== orHash) break;
  }
  return end;
}

/** The word at `at`, which may be before the first; asked for below 0, an array would look for a property of that name. */
function wordAt(tokens: readonly Token[], at: number): Token | undefined {
  return at < 0 ? undefined : tokens[at];
}

/** Whether its ends are given or family names, whether it begins with a word or something known, and its length. */
function outlineOf(first: Token, last: Token, length: number): number {
  return (
    (first.kinds & nameKinds) +
    4 * (last.kinds & nameKinds) +
    16 * min(length, 4) +
    (first.is(kinds.ordinary) ? 128 : 0) +
    (first.is(knownKinds | kinds.properNoun) ? 256 : 0)
  );
}

/** Up to three words, up to eight, up to twenty, more. */
function sizeOf(words: number): number {
  return words <= 3 ? 0 : words <= 8 ? 1 : words <= 20 ? 2 : 3;
}
