import type { Candidate } from './candidates.ts';
import type { FeatureList } from './feature-list.ts';
import { hashOf, mix } from './hash.ts';
import type { Token } from './tokens.ts';
import { addKinds, gapAfter, shapeNumbers, sortOf, startsSentence, type View } from './traits.ts';

const { min } = Math;

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
  const { folded } = token;
  list.add(mix(slot.word, token.hash));
  list.add(mix(slot.prefix, hashOf(folded.slice(0, 3))));
  list.add(mix(slot.suffix2, hashOf(folded.slice(-2))));
  list.add(mix(slot.suffix3, hashOf(folded.slice(-3))));
  list.add(mix(slot.suffix4, hashOf(folded.slice(-4))));
  list.add(mix(slot.shape, shapeNumbers[token.shape] * 16 + min(folded.length, 12)));
  addKinds(list, slot.kind, token.kinds, 0);
  const pairKinds = view.pairKinds[at] ?? 0;
  addKinds(list, slot.pairKind, pairKinds, 0);

  const sort = sortOf(token, pairKinds);
  list.add(mix(slot.sort, sort));
  list.add(mix(slot.sortStart, sort * 4 + (startsSentence(token) ? 2 : 0) + (token.possessive ? 1 : 0)));
  list.add(mix(slot.sortCase, mix(letterCase, sort)));

  const gapBefore = hashOf(token.gap);
  const gapBehind = hashOf(gapAfter(view, at));
  list.add(mix(slot.gapBefore, gapBefore));
  list.add(mix(slot.gapAfter, gapBehind));
  list.add(mix(slot.gaps, mix(gapBefore, gapBehind)));

  const length = min(run.last - run.first + 1, 4);
  list.add(mix(slot.placeInRun, length * 8 + min(at - run.first, 3) * 2 + (at === run.last ? 1 : 0)));
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
  list.add(mix(word, neighbour.hash));
  list.add(mix(sort, sortOf(neighbour)));
  addKinds(list, kind, neighbour.kinds, 0);
}
