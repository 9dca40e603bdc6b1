import { candidatesAt, kinds, nameParts, type Candidate } from './candidates.ts';
import { flagsAt, isAt } from './characters.ts';
import { joints } from './describe-shape.ts';
import { readLattice } from './lattice.ts';
import { minorityNameEnd, minorityStarts } from './minority-names.ts';
import { createJudge, type NameModel } from './model.ts';
import { scratch } from './scratch.ts';
import { createChineseContext, surnames, type ChineseContext } from './surroundings.ts';
import { toldNames } from './told-names.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { max } = Math;

export interface FoundName {
  start: number;
  end: number;
  /** A label, title, prefix or verb beside it says that it is a person. */
  cued: boolean;
}

interface Judged {
  candidate: Candidate;
  /** Log-odds above the threshold. */
  points: number;
}

/** How many points less a name needs that a list joins to another one. */
const listBonus = 1;
/** Points of a name that the form of the text gives, whatever it is made of: nine in ten of these are names. */
const toldPoints = 4;

const takenFor = scratch((size) => new Uint8Array(size));

/** Every piece of a text that may be a name; none that begins at places where `mayBegin` denies it. */
export function possibleNames(
  context: ChineseContext,
  add: (candidate: Candidate) => void,
  mayBegin: (start: number) => boolean = () => true,
): void {
  const { text } = context;
  for (let start = 0; start < text.length; start += 1) {
    const flags = flagsAt(text, start);
    if ((flags & (nameParts | surnames)) === 0) continue;
    candidatesAt(context, start, add, mayBegin);
    const end = (flags & minorityStarts) === 0 ? -1 : minorityNameEnd(context, start);
    if (end > 0) add({ start, end, kind: kinds.minority, given: start, givenEnd: end });
  }
  for (const { start, end } of toldNames(context)) add({ start, end, kind: kinds.told, given: start, givenEnd: end });
}

/** Names in a Chinese text, in text order, without overlaps, in time linear in its length. */
export function findNames(text: string, model: NameModel): FoundName[] {
  const context = createChineseContext(readLattice(text));
  const judge = createJudge(context, model);
  const judged: Judged[] = [];
  possibleNames(
    context,
    (candidate) => {
      const points = candidate.kind === kinds.told ? toldPoints : judge.points(candidate);
      if (points > -listBonus) judged.push({ candidate, points });
    },
    judge.mayBegin,
  );
  if (judged.length === 0) return [];
  const chosen = bestSet(judged);
  const taken = takenFor(text.length);
  const names: FoundName[] = [];
  const take = ({ start, end, kind }: Candidate): void => {
    taken.fill(1, start, end);
    names.push({ start, end, cued: isCued(context, start, end, kind) });
  };
  for (const { candidate } of chosen) take(candidate);
  for (const { candidate } of judged) {
    const { start, end } = candidate;
    const joined =
      (isAt(text, start - 1, joints) && taken[start - 2] === 1) || (isAt(text, end, joints) && taken[end + 1] === 1);
    if (joined && isFree(taken, start, end)) take(candidate);
  }
  return [...names, ...repeated(context, names, taken)].toSorted((a, b) => a.start - b.start);
}

/** The set without overlaps that has the most points; only those above 0 count. */
function bestSet(judged: readonly Judged[]): Judged[] {
  const good = judged.filter(({ points }) => points > 0);
  if (good.length < 2) return good;
  const byEnd = good.toSorted((a, b) => a.candidate.end - b.candidate.end);
  /** Most points of a set of the first n, and how many come before the last one that is in it. */
  const best = [0];
  const cut: number[] = [0];
  for (const [at, { candidate, points }] of byEnd.entries()) {
    let before = at;
    while (before > 0 && (byEnd[before - 1]?.candidate.end ?? 0) > candidate.start) before -= 1;
    const sum = (best[before] ?? 0) + points;
    const without = best[at] ?? 0;
    best.push(max(sum, without));
    cut.push(sum > without ? before : -1);
  }
  const chosen: Judged[] = [];
  for (let count = byEnd.length; count > 0;) {
    const before = cut[count] ?? 0;
    const one = byEnd[count - 1];
    if (before >= 0 && one !== undefined) chosen.push(one);
    count = before < 0 ? count - 1 : before;
  }
  return chosen;
}

function isCued(context: ChineseContext, start: number, end: number, kind: number): boolean {
  if ((kind >= kinds.titledSurname && kind <= kinds.familiarPair) || kind >= kinds.told) return true;
  const right = context.right(end);
  return right === 'title' || right === 'strong' || context.left(start) === 'strong';
}

function isFree(taken: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (taken[at] === 1) return false;
  return true;
}

/** Further places of names that were found somewhere in the text; words that are ordinary ones too are left out. */
function repeated({ text, ordinaryAt }: ChineseContext, found: readonly FoundName[], taken: Uint8Array): FoundName[] {
  /** By first unit, so that most places of a text cost one look-up of a number. */
  const names = new Map<number, string>();
  for (const { start, end } of found)
    if (end - start > 1 && !ordinaryAt(start, end - start)) names.set(text.charCodeAt(start), text.slice(start, end));
  if (names.size === 0) return [];
  const more: FoundName[] = [];
  for (let start = 0; start < text.length - 1; start += 1) {
    const name = names.get(text.charCodeAt(start));
    if (name === undefined || !text.startsWith(name, start) || !isFree(taken, start, start + name.length)) continue;
    more.push({ start, end: start + name.length, cued: false });
    start += name.length - 1;
  }
  return more;
}
