import { commonWordSurnames, compoundSurnames, givenNameChars, plainSurnames } from '../lexicons/chinese-surnames.ts';
import { publicFigureAfter } from '../lexicons/chinese-name-context.ts';
import {
  isBrand,
  isFunctionUnit,
  unitTable,
  type ChineseContext,
  type LeftContext,
  type RightContext,
} from './dictionary.ts';

/** A possible Chinese name and how much speaks for it. Accepted from `acceptAt` on. */
export interface NameCandidate {
  start: number;
  end: number;
  points: number;
  cued: boolean;
}

/** Points at which evidence for a name outweighs the chance that ordinary words look like one. */
export const acceptAt = 2.2;

const leftPoints: Record<LeftContext, number> = { strong: 3, verb: 2, weak: 1.5, boundary: 1, word: 0, unknown: -2 };
const rightPoints: Record<RightContext, number> = {
  title: 3,
  strong: 2.5,
  time: 1.5,
  boundary: 1,
  label: -3,
  particle: 0.5,
  word: 0.5,
  unknown: -2,
};

/** By UTF-16 unit: 1 for a surname of one character, 2 for the beginning of a compound one. */
const surnameUnits = new Uint8Array(0x1_0000);
for (const surname of [...plainSurnames, ...commonWordSurnames]) surnameUnits[surname.charCodeAt(0)] = 1;
for (const surname of compoundSurnames)
  surnameUnits[surname.charCodeAt(0)] = (surnameUnits[surname.charCodeAt(0)] ?? 0) | 2;

/** Length of the surname at `at`: 2, 1 or 0. */
export function surnameLength(text: string, at: number): number {
  const kind = surnameUnits[text.charCodeAt(at)] ?? 0;
  if (kind === 0) return 0;
  if ((kind & 2) !== 0 && compoundSurnames.has(text.slice(at, at + 2))) return 2;
  return kind & 1;
}

/** Judges `text.slice(start, end)` as surname and given name, from what it is made of and what stands around it. */
export function scoreFullName(context: ChineseContext, start: number, end: number, surnameSize: number): NameCandidate {
  const { text } = context;
  const name = text.slice(start, end);
  const given = name.slice(surnameSize);
  const left = context.left(start);
  const right = context.right(end);
  let points = leftPoints[left] + rightPoints[right];
  points += surnameSize === 2 ? 2 : plainSurnames.has(name.charAt(0)) ? 1 : 0;
  points += givenPoints(given);
  if (given.length === 3 || (given.length === 1 && surnameSize === 1)) points -= 0.5;
  if (given.length > 2) points -= 1;
  if (context.ordinaryAt(start, name.length)) points -= isBrand(name) ? 4 : ordinaryCost(left, right, surnameSize);
  points += innerWordPoints(context, start, end);
  if (publicFigureAfter.test(text.slice(end, end + 16))) points -= 5;
  if (inNameList(context, start, end)) points += 1;
  return { start, end, points, cued: left === 'strong' || right === 'title' || right === 'strong' };
}

/** Points taken off a name that is an everyday word too: less the more its surroundings want a person there. */
function ordinaryCost(left: LeftContext, right: RightContext, surnameSize: number): number {
  if (left === 'strong' && right === 'boundary') return 1.5;
  return surnameSize === 2 || (left === 'strong' && right !== 'unknown') ? 2.5 : 4;
}

const givenUnits = unitTable(givenNameChars);

/** Given names are made of a few hundred characters; one that is not among them speaks against the name. */
function givenPoints(given: string): number {
  let points = 0.5;
  for (let i = 0; i < given.length; i += 1) {
    const unit = given.charCodeAt(i);
    points += isFunctionUnit(unit) ? -4 : givenUnits[unit] === 1 ? 0.25 : -0.6;
  }
  return given.length === 2 && given[0] === given[1] ? points + 1 : points;
}

/** Points taken off where ordinary words cross the borders of the name, or make up a part of it. */
function innerWordPoints(context: ChineseContext, start: number, end: number): number {
  const left = context.left(start);
  const right = context.right(end);
  let points = 0;
  if (left !== 'strong' && context.wordCrosses(start, start - 3)) points -= 1.5;
  if (context.wordCrosses(end, start + 1))
    points -= right === 'strong' || right === 'title' || right === 'time' ? 0.5 : 2;
  if (end - start > 2 && context.ordinaryAt(start, 2)) points -= left === 'strong' ? 0.5 : 2;
  if (
    left !== 'strong' &&
    end - start === 3 &&
    commonWordSurnames.has(context.text.charAt(start)) &&
    context.ordinaryAt(start + 1, 2)
  )
    points -= 0.75;
  if (context.ordinaryAt(start, end - start + 1)) points -= 3;
  if (end - start < 3 && context.ordinaryAt(start, end - start + 2)) points -= 3;
  return points;
}

const joints = unitTable('、和与跟及');

/** Names stand in lists: 、 or 和 on one side and another surname behind it. */
function inNameList(context: ChineseContext, start: number, end: number): boolean {
  const { text } = context;
  if (joints[text.charCodeAt(end)] === 1 && surnameLength(text, end + 1) > 0 && !context.ordinaryAt(end + 1, 2))
    return true;
  if (start === 0 || joints[text.charCodeAt(start - 1)] !== 1) return false;
  for (let size = 2; size <= 4; size += 1) {
    const neighbour = start - 1 - size;
    if (neighbour >= 0 && surnameLength(text, neighbour) > 0 && !context.ordinaryAt(neighbour, size)) return true;
  }
  return false;
}

/**
 * Judges two or three characters without a surname (秋菊, 贝贝, 小明): a strong label, a doubled character or a common
 * nickname form has to stand in for it.
 */
export function scoreGivenName(context: ChineseContext, start: number, end: number): NameCandidate {
  const { text } = context;
  const name = text.slice(start, end);
  const left = context.left(start);
  const right = context.right(end);
  const doubled = name.length === 2 && name[0] === name[1];
  const nickname = name.length === 2 && /^[小阿]/u.test(name);
  let points = leftPoints[left] + rightPoints[right] - 0.5;
  points += nickname ? nicknamePoints(name) : givenPoints(name);
  const listed = doubled && (text.charAt(end) === '、' || text.charAt(start - 1) === '、');
  if (listed) points += 2;
  if (context.ordinaryAt(start, 2)) points -= doubled && (left === 'strong' || listed) ? 1.5 : 4;
  points += innerWordPoints(context, start, end);
  if (left !== 'strong' && !doubled && !nickname) points -= 2;
  if (doubled && left === 'word') points -= 1.5;
  if (!doubled && !nickname && givenPoints(name) < 1) points -= 2;
  if (name.startsWith('阿') && right === 'unknown') points += 1.5;
  return { start, end, points, cued: left === 'strong' || right === 'title' || right === 'strong' };
}

function nicknamePoints(name: string): number {
  return givenNameChars.has(name.charAt(1)) || surnameLength(name, 1) > 0 ? 1.5 : -1;
}
