import { hashOf } from './hash.ts';
import type { Token } from './token.ts';
import { kinds, nameKinds } from './kinds.ts';

/** Neighbouring words that could be parts of one name: `tokens[first..last]`, both included. */
export interface Candidate {
  first: number;
  last: number;
}

const monthNames = hashesOf(['april', 'may', 'june', 'august', 'jan', 'mar']);

/** Words that lists have as names and that are everyday words too are looked at in lower case only behind these. */
const naming = hashesOf(
  "is am i'm im its it's this for hi hello hey dear from called named name name's patient customer client mr mrs ms miss dr ask tell thanks regards cheers with and by to user agent cc attn re pt under contact holder account mum dad son daughter wife husband".split(
    ' ',
  ),
);

function hashesOf(words: readonly string[]): ReadonlySet<number> {
  return new Set(words.map((word) => hashOf(word)));
}

/** Longer runs (headings, lists) are cut, so that looking at one costs a constant. */
const longestRun = 8;

/** Finds the runs of words that could be names. Each run keeps initials and particles between its words. */
export function findCandidates(tokens: readonly Token[]): Candidate[] {
  const found: Candidate[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    if (!couldBeName(tokens, at)) continue;
    let last = at;
    for (let next = nextPart(tokens, last); next > last && next - at < longestRun; next = nextPart(tokens, last))
      last = next;
    found.push({ first: at, last });
    at = last;
  }
  return found;
}

/** Index of the next word of the run after `last`, past initials and particles; `last` where the run ends. */
function nextPart(tokens: readonly Token[], last: number): number {
  for (let next = last + 1; next <= last + 3; next += 1) {
    const token = tokens[next];
    const previous = tokens[next - 1];
    if (token === undefined || previous === undefined || previous.possessive || !adjacent(previous, token)) return last;
    if (couldBeName(tokens, next)) return next;
    if (token.length > 1 && !token.is(kinds.particle)) return last;
  }
  return last;
}

/** True where only a blank, or the point of an initial, parts two words. */
function adjacent(left: Token, right: Token): boolean {
  return right.gap === ' ' || (left.length === 1 && (right.gap === '. ' || right.gap === '.'));
}

function couldBeName(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token === undefined || token.length < 2 || token.shape === 'camel') return false;
  if (token.is(kinds.title | kinds.neverName) && !bearsMonthName(tokens, at)) return false;
  if (token.shape === 'lower') return couldBeLowerName(tokens, at, token);
  if (token.is(nameKinds)) return true;
  return !token.is(kinds.ordinary | kinds.role | kinds.credential);
}

/** In lower case what no dictionary has, and names that are words too where something leads to a name. */
function couldBeLowerName(tokens: readonly Token[], at: number, token: Token): boolean {
  if (token.length < 3) return token.is(nameKinds) && !token.is(kinds.ordinary) && leads(tokens, at);
  if (!token.is(kinds.ordinary | kinds.rareWord)) return true;
  return token.is(nameKinds) && (token.length > 3 || token.is(kinds.given)) && leads(tokens, at);
}

function leads(tokens: readonly Token[], at: number): boolean {
  const before = at === 0 ? undefined : tokens[at - 1];
  if (before === undefined) return true;
  if (naming.has(before.hash)) return true;
  return before.is(nameKinds) && tokens[at]?.gap === ' ' && before.shape === 'lower' && !before.is(kinds.ordinary);
}

/** Months that are given names too, before a surname: April Jones, Jan Jílek. */
function bearsMonthName(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  const next = tokens[at + 1];
  return (
    token?.shape === 'title' &&
    next?.shape === 'title' &&
    next.gap === ' ' &&
    monthNames.has(token.hash) &&
    (next.is(kinds.family) || !next.is(kinds.ordinary | kinds.neverName))
  );
}
