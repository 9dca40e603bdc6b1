import type { Candidate } from './candidates.ts';
import type { FeatureList } from './feature-list.ts';
import { mix } from './hash.ts';
import { beginnings, hashOfLetters } from './spelling.ts';
import type { Token } from './token.ts';
import { addKinds, hashOfGap, hashOfGapAfter, shapeNumbers, sortOf, startsSentence, type View } from './traits.ts';

const { max, min } = Math;

/** What the features of a word are about. A trained model knows them by these numbers. */
const slot = {
  word: 1,
  prefix: 2,
  suffix2: 3,
  suffix3: 4,
  suffix4: 5,
  shape: 6,
  kind: 7,
  pairKind: 8,
  sort: 9,
  sortStart: 10,
  sortCase: 11,
  gapBefore: 12,
  gapAfter: 13,
  gaps: 14,
  placeInRun: 15,
  left: 16,
  leftSort: 17,
  right: 18,
  rightSort: 19,
  leftKind: 20,
  rightKind: 21,
} as const;

/** Adds what is special to the word at `at` of a run: its letters, its kinds, its neighbours within the run. */
export function describeWord(view: View, run: Candidate, at: number, list: FeatureList): void {
  const { tokens, letterCase } = view;
  const token = tokens[at];
  if (token === undefined) return;
  const { pairKinds } = token;
  const gapBefore = hashOfGap(token);
  const length = token.spell();
  list.add(slot.word, token.hash);
  list.add(slot.prefix, beginnings[min(length, 3)]!);
  list.add(slot.suffix2, hashOfLetters(max(length - 2, 0), length));
  list.add(slot.suffix3, hashOfLetters(max(length - 3, 0), length));
  list.add(slot.suffix4, hashOfLetters(max(length - 4, 0), length));
  list.add(slot.shape, shapeNumbers[token.shape] * 16 + min(length, 12));
  addKinds(list, slot.kind, token.kinds, 0);
  addKinds(list, slot.pairKind, pairKinds, 0);

  const sort = sortOf(token, pairKinds);
  list.add(slot.sort, sort);
  list.add(slot.sortStart, sort * 4 + (startsSentence(token) ? 2 : 0) + (token.possessive ? 1 : 0));
  list.add(slot.sortCase, mix(letterCase, sort));

  const gapBehind = hashOfGapAfter(view, at);
  list.add(slot.gapBefore, gapBefore);
  list.add(slot.gapAfter, gapBehind);
  list.add(slot.gaps, mix(gapBefore, gapBehind));

  const runLength = min(run.last - run.first + 1, 4);
  list.add(slot.placeInRun, runLength * 8 + min(at - run.first, 3) * 2 + (at === run.last ? 1 : 0));
  describeInner(slot.left, slot.leftSort, slot.leftKind, at > run.first ? tokens[at - 1] : undefined, list);
  describeInner(slot.right, slot.rightSort, slot.rightKind, at < run.last ? tokens[at + 1] : undefined, list);
}

function describeInner(
  word: number,
  sort: number,
  kind: number,
  neighbour: Token | undefined,
  list: FeatureList,
): void {
  if (neighbour === undefined) return;
  list.add(word, neighbour.hash);
  list.add(sort, sortOf(neighbour));
  addKinds(list, kind, neighbour.kinds, 0);
}
