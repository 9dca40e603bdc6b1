import { findCandidates, type Candidate } from './candidates.ts';
import { scoreRun, type NameModel } from './name-model.ts';
import type { Token } from './token.ts';
import { viewOf } from './traits.ts';
import { kinds } from './kinds.ts';

/** Log-odds from which on a word is part of a name: where held-out sets keep the most recall at a precision of 0.88. */
const acceptAt = 0.1;
/** The same for words beside one that is, so that no half of a name is left. */
const acceptBesideAt = acceptAt - 1.5;
/** The same for a word that is part of a name elsewhere in the text. */
const acceptAgainAt = acceptAt - 3;

interface ScoredWord {
  at: number;
  run: Candidate;
  logOdds: number;
  accepted: boolean;
}

/** The names in a text, as words from `first` to `last`, both included, in text order. */
export function findNames(text: string, tokens: readonly Token[], model: NameModel): Candidate[] {
  if (tokens.length === 0) return [];
  const view = viewOf(text, tokens);
  const words: ScoredWord[] = [];
  for (const run of findCandidates(tokens)) {
    const scores = scoreRun(model, view, run);
    for (let at = run.first; at <= run.last; at += 1) {
      const logOdds = scores[at - run.first]!;
      if (!isInner(tokens[at])) words.push({ at, run, logOdds, accepted: logOdds >= acceptAt });
    }
  }
  if (!words.some(({ accepted }) => accepted)) return [];
  acceptNeighbours(words);
  acceptRepeated(words, tokens);
  return joined(words, tokens);
}

/** Initials and particles go with the words around them. */
export function isInner(token: Token | undefined): boolean {
  return token === undefined || token.length === 1 || (token.shape === 'lower' && token.is(kinds.particle));
}

function acceptNeighbours(words: readonly ScoredWord[]): void {
  const beside = (word: ScoredWord, other: ScoredWord | undefined): boolean =>
    other?.run === word.run && other.accepted;
  const look = (word: ScoredWord, i: number): void => {
    if (word.logOdds >= acceptBesideAt)
      word.accepted ||= (i > 0 && beside(word, words[i - 1])) || beside(word, words[i + 1]);
  };
  for (const [i, word] of words.entries()) look(word, i);
  for (let i = words.length - 1; i >= 0; i -= 1) look(words[i] as ScoredWord, i);
}

/** `Maciej Borkowski … starring Borkowski`: what is a name once is one again, everyday words apart. */
function acceptRepeated(words: readonly ScoredWord[], tokens: readonly Token[]): void {
  const names = new Set<number>();
  for (const { at, accepted } of words) {
    const token = tokens[at];
    if (accepted && token !== undefined && token.length > 2 && !token.is(kinds.ordinary)) names.add(token.hash);
  }
  for (const word of words) if (word.logOdds >= acceptAgainAt) word.accepted ||= names.has(tokens[word.at]!.hash);
}

/** Accepted words that follow one another in a run, with initials and particles before them. */
function joined(words: readonly ScoredWord[], tokens: readonly Token[]): Candidate[] {
  const names: Candidate[] = [];
  let open: { run: Candidate; name: Candidate } | undefined;
  for (const { at, run, accepted } of words) {
    if (!accepted) open = undefined;
    else if (open?.run === run) open.name.last = at;
    else {
      open = { run, name: { first: withInner(tokens, at), last: at } };
      names.push(open.name);
    }
  }
  return names;
}

function withInner(tokens: readonly Token[], at: number): number {
  let first = at;
  for (let before = at - 1; before >= 0 && before >= at - 3; before -= 1) {
    const token = tokens[before];
    const gap = tokens[before + 1]?.gap;
    const initial =
      token?.shape === 'initial' &&
      (gap === '. ' || gap === '.' || (gap === ' ' && token.text !== 'I' && token.text !== 'A'));
    const particle = gap === ' ' && token?.length !== 1 && isInner(token);
    if (!initial && !particle) break;
    first = before;
  }
  return first;
}
