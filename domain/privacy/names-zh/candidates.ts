import { compoundSurnames } from '../lexicons/chinese-surnames.ts';
import { charFlag, flagsAt, isAt, isUnit } from './characters.ts';
import { isFunctionUnit, leftKinds, middleDots, surnames, titleStarts, type ChineseContext } from './surroundings.ts';
import { frequencyOf, isHanUnit, roleOf, roles } from './words.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { max, min } = Math;

/** What a possible name looks like. */
export const kinds = {
  /** A surname of one character with one, two (1) or three (2) more; 3–5 the same with a compound surname. */
  full: 0,
  compound: 3,
  /** 曹医生, 欧阳老师. */
  titledSurname: 6,
  /** 晓明哥, 强叔. */
  titledGiven: 7,
  /** 小李, 阿强. */
  familiar: 8,
  /** 小石头. */
  familiarPair: 9,
  /** Two or three characters without a surname: 秀兰, 贝贝. */
  pair: 10,
  triple: 11,
  /** Given by the form of the text. */
  told: 12,
  /** Made of parts of minority names. */
  minority: 13,
  /** With a middle dot. */
  dotted: 14,
} as const;

/** A piece of text that may be a name; `kind` is a number of `kinds`. */
export interface Candidate {
  start: number;
  end: number;
  kind: number;
  /** Where the given name begins and ends; `start` where there is no surname or prefix. */
  given: number;
  givenEnd: number;
}

/** Characters that may be in a name: no pronouns, particles, negations. */
export const nameParts = charFlag(allHan().filter((char) => !isFunctionUnit(char.charCodeAt(0))));
const compounds = charFlag(compoundSurnames);
const prefixes = charFlag('小老大阿');
const nicknameEnds = charFlag('子儿仔哥姐妹娃');

function allHan(): string[] {
  return Array.from({ length: 0x5200 }, (_, at) => String.fromCharCode(0x4e00 + at));
}

/** Length of the surname at `at`: 2, 1 or 0. */
export function surnameLength(text: string, at: number): number {
  const flags = flagsAt(text, at);
  if ((flags & compounds) !== 0 && compoundSurnames.has(text.slice(at, at + 2))) return 2;
  return (flags & surnames) === 0 ? 0 : 1;
}

/** How many of the three characters from `at` on may be in a name, without a gap. */
function partsFrom(text: string, at: number): number {
  let end = at;
  const last = min(at + 3, text.length);
  while (end < last && isAt(text, end, nameParts)) end += 1;
  return end - at;
}

/** Everything that begins at `start`, with one of `nameParts` or a surname (那), and may be a name; nothing where `mayBegin` denies it. */
export function candidatesAt(
  context: ChineseContext,
  start: number,
  add: (candidate: Candidate) => void,
  mayBegin: (start: number) => boolean,
): void {
  const { text } = context;
  const first = flagsAt(text, start);
  const size = (first & (surnames | compounds)) === 0 ? 0 : surnameLength(text, start);
  if ((size > 0 || (first & prefixes) !== 0) && !mayBegin(start)) return;
  for (let surname = size; surname > 0; surname -= 1) {
    if (surname === 1 && (first & surnames) === 0) break;
    const given = start + surname;
    const most = partsFrom(text, given);
    for (let more = 1; more <= most; more += 1)
      if (more < 3 || looksGiven(context, given + 1, given + 3))
        add({
          start,
          end: given + more,
          kind: (surname === 2 ? kinds.compound : kinds.full) + more - 1,
          given,
          givenEnd: given + more,
        });
    const title = context.possibleTitleAt(given);
    if (title > 0) add({ start, end: given + title, kind: kinds.titledSurname, given, givenEnd: given });
  }
  const most = partsFrom(text, start + 1);
  for (let end = start + 1; end <= start + min(2, 1 + most); end += 1) {
    if (!isAt(text, end, titleStarts)) continue;
    const title = context.possibleTitleAt(end);
    if (title > 0 && (size === 0 || end - start !== size))
      add({ start, end: end + title, kind: kinds.titledGiven, given: start, givenEnd: end });
  }
  if ((first & prefixes) !== 0)
    for (let end = start + 2; end <= start + min(3, 1 + most); end += 1)
      add({ start, end, kind: kinds.familiar + end - start - 2, given: start + 1, givenEnd: end });
  if ((context.lattice.flags & middleDots) !== 0) dottedAt(text, start, add);
  if (size > 0 || most === 0) return;
  if (looksGiven(context, start, start + 2) && mayBegin(start))
    add({ start, end: start + 2, kind: kinds.pair, given: start, givenEnd: start + 2 });
  if (most > 1 && looksGiven(context, start, start + 3) && mayBegin(start))
    add({ start, end: start + 3, kind: kinds.triple, given: start, givenEnd: start + 3 });
}

/** Points from which on characters are worth a look: nine in ten pieces of running text have fewer, one in twenty names. */
const givenFrom = 6;
/** The same behind a label or a verb that people are the object of. */
const askedFrom = 2;

const strongLeft = leftKinds.indexOf('strong');
const verbLeft = leftKinds.indexOf('verb');

/** True where characters without a surname may be a given name or nickname, by the roles that they have in names. */
function looksGiven(context: ChineseContext, start: number, end: number): boolean {
  const { text, lattice } = context;
  const first = text.charCodeAt(start);
  const last = text.charCodeAt(end - 1);
  let points = max(
    roleOf(first, roles.first) + roleOf(last, roles.second),
    roleOf(first, roles.modern) + roleOf(last, roles.modern),
  );
  if (text.charCodeAt(end - 2) === last) points += end - start === 2 ? 9 : 3;
  if (isUnit(first, prefixes)) points += 3;
  if (isUnit(last, nicknameEnds)) points += 4;
  if (points < askedFrom) return false;
  points -= frequencyOf(lattice.word(start, end - start)) / 2;
  if (points >= givenFrom) return true;
  if (points < askedFrom) return false;
  const left = context.leftIndex(start);
  return left === strongLeft || left === verbLeft;
}

/** 玛丽·居里: one to five characters, a middle dot, and one to six behind it. */
function dottedAt(text: string, start: number, add: (candidate: Candidate) => void): void {
  let dot = start + 1;
  while (dot - start < 5 && isHanUnit(text.charCodeAt(dot))) dot += 1;
  if (!isAt(text, dot, middleDots)) return;
  for (let end = dot + 2; end - dot <= 7 && isHanUnit(text.charCodeAt(end - 1)); end += 1)
    add({ start, end, kind: kinds.dotted, given: start, givenEnd: dot });
}
