import {
  brands,
  credentials,
  eponymFollowers,
  firmEndings,
  medicineEnding,
  neverNames,
  notPersonWords,
  roles,
  titlesBefore,
} from '../lexicons/english-name-context.ts';
import type { Token } from './tokens.ts';
import { isCompound, isParticle } from './vocabulary.ts';

/** Neighbouring words that could be one name: `tokens[first..last]`, both included. */
export interface Run {
  first: number;
  last: number;
  /** A title (`Dr.`, `Mrs`) stands right before it, from this offset on. */
  titleStart?: number;
}

/** Months that are given names too, when a surname follows: April Jones. */
const monthNames = /^(?:April|May|June|August|Jan|Mar)$/u;

/** Text without a single capital says nothing by capitals, so every unknown word may be a name there. */
function lacksCapitals(text: string): boolean {
  return !/\p{Lu}/u.test(text);
}

/** Splits the words of a text into possible names. */
export function findRuns(text: string, tokens: readonly Token[]): Run[] {
  const lowerCase = lacksCapitals(text);
  const runs: Run[] = [];
  for (let i = 0; i < tokens.length;) {
    if (!nameable(tokens, i, lowerCase)) {
      i += 1;
      continue;
    }
    let last = i;
    for (
      let next = nextPart(text, tokens, last, lowerCase);
      next > last;
      next = nextPart(text, tokens, last, lowerCase)
    )
      last = next;
    const run = trimmed(text, tokens, { first: i, last });
    if (run !== undefined) runs.push(run);
    i = last + 1;
  }
  return runs;
}

/** Index of the next part of the name after `last`, past initials and particles; `last` where the name ends. */
function nextPart(text: string, tokens: readonly Token[], last: number, lowerCase: boolean): number {
  for (let next = last + 1; next <= last + 3; next += 1) {
    const token = tokens[next];
    const previous = tokens[next - 1];
    if (token === undefined || previous === undefined || previous.possessive || !adjacent(text, previous, token))
      return last;
    if (nameable(tokens, next, lowerCase)) return next;
    const inner = token.shape === 'initial' || (lowerCase && token.text.length === 1) || isParticle(token.folded);
    if (!inner) return last;
  }
  return last;
}

function adjacent(text: string, left: Token, right: Token): boolean {
  const gap = text.slice(left.end, right.start);
  return gap === ' ' || (gap === '. ' && left.text.length === 1) || (gap === '.' && left.text.length === 1);
}

function nameable(tokens: readonly Token[], at: number, lowerCase: boolean): boolean {
  const token = tokens[at];
  if (token === undefined || token.text.length < 2 || (token.shape === 'lower' && !lowerCase)) return false;
  if (
    neverNames.has(token.text.toLowerCase()) &&
    !(monthNames.test(token.text) && familyFollows(tokens[at + 1], token))
  )
    return false;
  if (brands.has(token.folded)) return false;
  if (lowerCase)
    return (
      !token.ordinary &&
      token.text.length > 2 &&
      (token.given || token.family || !(isCompound(token.folded) || medicineEnding.test(token.folded)))
    );
  const known = token.given || token.family;
  if (token.shape === 'upper') return known && !token.ordinary && token.text.length > 3;
  return token.shape === 'title' && (known || !(token.ordinary || medicineEnding.test(token.folded)));
}

/** True where nothing but space, quotes or a sentence end stands before the word. */
export function startsSentence(text: string, token: Token): boolean {
  if (token.start === 0) return true;
  if (/\p{L}/u.test(text.charAt(token.start - 2)) && text.charAt(token.start - 1) === ' ') return false;
  const before = text.slice(Math.max(0, token.start - 4), token.start);
  return /(?:^|[.!?:>\n"“])[\s"'“(>]*$/u.test(before);
}

function familyFollows(next: Token | undefined, token: Token): boolean {
  return next !== undefined && next.start === token.end + 1 && next.shape === 'title' && token.given && next.family;
}

/** Takes titles and roles off the front and letters off the end. */
function trimmed(text: string, tokens: readonly Token[], run: Run): Run | undefined {
  let { first, last } = run;
  while (last > first && credentials.has(tokens[last]?.folded ?? '')) last -= 1;
  const opening = tokens[first];
  if (opening !== undefined && first < last && opening.ordinary && startsSentence(text, opening) && !opening.given)
    first += 1;
  let titleStart: number | undefined;
  while (first < last && (titlesBefore.has(tokens[first]?.folded ?? '') || roles.has(tokens[first]?.folded ?? ''))) {
    if (titlesBefore.has(tokens[first]?.folded ?? '')) titleStart = tokens[first]?.start;
    first += 1;
  }
  const only = tokens[first];
  if (
    firmEndings.has(tokens[last]?.folded ?? '') ||
    eponymFollowers.has(tokens[last + 1]?.folded ?? '') ||
    firmFollows(text, tokens, last)
  )
    return undefined;
  if (
    only !== undefined &&
    first === last &&
    only.ordinary &&
    notPersonWords.has(only.folded) &&
    titleStart === undefined
  )
    return undefined;
  if (only === undefined || (first === last && (titlesBefore.has(only.folded) || credentials.has(only.folded))))
    return undefined;
  const before = tokens[first - 1];
  if (
    titleStart === undefined &&
    before !== undefined &&
    titlesBefore.has(before.folded) &&
    before.shape !== 'lower' &&
    /^\.? $/u.test(text.slice(before.end, only.start))
  ) {
    titleStart = before.start;
  }
  return titleStart === undefined ? { first, last } : { first, last, titleStart };
}

/** `Baker Inc`, `Smith and Sons`: the ending may be an ordinary word, which is no part of the run. */
function firmFollows(text: string, tokens: readonly Token[], last: number): boolean {
  const end = tokens[last];
  const next = tokens[last + 1];
  if (end === undefined || next === undefined) return false;
  const ending = next.folded === 'and' ? tokens[last + 2] : next;
  return (
    ending !== undefined &&
    /^,? (?:and )?$/u.test(text.slice(end.end, ending.start)) &&
    ending.shape !== 'lower' &&
    firmEndings.has(ending.folded)
  );
}
