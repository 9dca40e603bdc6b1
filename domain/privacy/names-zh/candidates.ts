import { commonWordSurnames, compoundSurnames, plainSurnames } from '../lexicons/chinese-surnames.ts';
import { isFunctionUnit, unitTable, type ChineseContext } from './surroundings.ts';
import { frequencyOf, isHanUnit, roles } from './words.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { max } = Math;

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

/** By UTF-16 unit: 1 for a surname of one character, 2 for the beginning of a compound one. */
const surnameUnits = new Uint8Array(0x1_0000);
for (const surname of [...plainSurnames, ...commonWordSurnames]) surnameUnits[surname.charCodeAt(0)] = 1;
for (const surname of compoundSurnames)
  surnameUnits[surname.charCodeAt(0)] = (surnameUnits[surname.charCodeAt(0)] ?? 0) | 2;

/** Length of the surname at `at`: 2, 1 or 0. */
export function surnameLength(text: string, at: number): number {
  const kind = surnameUnits[text.charCodeAt(at) | 0] ?? 0;
  if (kind === 0) return 0;
  if ((kind & 2) !== 0 && compoundSurnames.has(text.slice(at, at + 2))) return 2;
  return kind & 1;
}

const prefixes = unitTable('小老大阿');

const isNamePart = (text: string, at: number): boolean =>
  isHanUnit(text.charCodeAt(at)) && !isFunctionUnit(text.charCodeAt(at));

/** Everything that begins at `start` and may be a name. */
export function candidatesAt(context: ChineseContext, start: number, add: (candidate: Candidate) => void): void {
  const { text } = context;
  if (!isNamePart(text, start)) return;
  const size = surnameLength(text, start);
  for (let surname = size; surname > 0; surname -= 1) {
    if (surname === 1 && (surnameUnits[text.charCodeAt(start) | 0] ?? 0) === 2) break;
    const given = start + surname;
    for (let end = given + 1; end <= given + 3 && isNamePart(text, end - 1); end += 1)
      if (end < given + 3 || looksGiven(context, given + 1, end))
        add({
          start,
          end,
          kind: (surname === 2 ? kinds.compound : kinds.full) + end - given - 1,
          given,
          givenEnd: end,
        });
    const title = context.possibleTitleAt(given);
    if (title > 0) add({ start, end: given + title, kind: kinds.titledSurname, given, givenEnd: given });
  }
  for (let end = start + 1; end <= start + 2 && isNamePart(text, end - 1); end += 1) {
    const title = context.possibleTitleAt(end);
    if (title > 0 && (size === 0 || end - start !== size))
      add({ start, end: end + title, kind: kinds.titledGiven, given: start, givenEnd: end });
  }
  if (prefixes[text.charCodeAt(start) | 0] === 1)
    for (let end = start + 2; end <= start + 3 && isNamePart(text, end - 1); end += 1)
      add({ start, end, kind: kinds.familiar + end - start - 2, given: start + 1, givenEnd: end });
  dottedAt(text, start, add);
  if (size > 0) return;
  for (let end = start + 2; end <= start + 3 && isNamePart(text, end - 1); end += 1)
    if (looksGiven(context, start, end))
      add({ start, end, kind: kinds.pair + end - start - 2, given: start, givenEnd: end });
}

const nicknameEnds = unitTable('子儿仔哥姐妹娃');
/** Points from which on characters are worth a look: nine in ten pieces of running text have fewer, one in twenty names. */
const givenFrom = 6;
/** The same behind a label or a verb that people are the object of. */
const askedFrom = 2;

/** True where characters without a surname may be a given name or nickname, by the roles that they have in names. */
function looksGiven(context: ChineseContext, start: number, end: number): boolean {
  const { text, lattice } = context;
  const first = text.charCodeAt(start);
  const last = text.charCodeAt(end - 1);
  let points = max(
    (roles.first[first] ?? 0) + (roles.second[last] ?? 0),
    (roles.modern[first] ?? 0) + (roles.modern[last] ?? 0),
  );
  points -= frequencyOf(lattice.word(start, end - start)) / 2;
  if (text.charCodeAt(end - 2) === last) points += end - start === 2 ? 9 : 3;
  if (prefixes[first] === 1) points += 3;
  if (nicknameEnds[last] === 1) points += 4;
  if (points >= givenFrom) return true;
  if (points < askedFrom) return false;
  const left = context.left(start);
  return left === 'strong' || left === 'verb';
}

const dots = unitTable('·•・');

/** 玛丽·居里: one to five characters, a middle dot, and one to six behind it. */
function dottedAt(text: string, start: number, add: (candidate: Candidate) => void): void {
  let dot = start + 1;
  while (dot - start < 5 && isHanUnit(text.charCodeAt(dot))) dot += 1;
  if (dots[text.charCodeAt(dot) | 0] !== 1) return;
  for (let end = dot + 2; end - dot <= 7 && isHanUnit(text.charCodeAt(end - 1)); end += 1)
    add({ start, end, kind: kinds.dotted, given: start, givenEnd: dot });
}
