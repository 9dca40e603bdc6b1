import { publicFigures } from '../lexicons/chinese-word-filters.ts';
import { namelikeBrands, publicFigureAfter, strongBefore, titles } from '../lexicons/chinese-name-context.ts';
import { soundChars, wordsThatAreNames } from '../lexicons/chinese-name-words.ts';
import { chineseRegions } from '../lexicons/chinese-regions.ts';
import { plainSurnames } from '../lexicons/chinese-surnames.ts';
import { kinds, type Candidate } from './candidates.ts';
import { charFlag, isAt, isUnit } from './characters.ts';
import { firstShapeRow, tokenKind } from './describe-sides.ts';
import { givenCost, surnameCost } from './lattice.ts';
import { note, noteHash, numbers, wordHash, type Notes } from './rows.ts';
import { leftKinds, rightKinds, surnames, type ChineseContext } from './surroundings.ts';
import { wordFilter } from './word-filter.ts';
import { classOf, frequencyOf, isHanUnit, isKnownGiven, roleOf, roles } from './words.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { floor, max, min, round } = Math;

/** Levels of how common a word is: 0–13, and 14 for no word. */
const wordLevels = 15;
const families = 3;
/** A family of kinds, and whether the whole is no word, a rare one or a common one. */
const sorts = families * 3;
const sides = leftKinds.length * rightKinds.length;

const own = numbers(firstShapeRow, {
  kind: 16,
  sides: sorts * sides,
  wordSides: sides,
  repeated: sorts * 4,
  surnameRole: 10,
  surnameList: 4,
  onlyRole: 10,
  firstRole: 10,
  secondRole: 10,
  middleRole: 10,
  modernFirst: 10,
  modernLast: 10,
  rolePair: 100,
  modernPair: 100,
  knownGiven: 1,
  doubled: 2,
  whole: families * wordLevels,
  wholeClass: 16,
  givenWord: wordLevels,
  headWord: wordLevels,
  tailWord: wordLevels,
  longerWord: wordLevels,
  forced: families * 16,
  asName: families * 24,
  titleSize: 5,
  nameWord: 1,
  brand: 2,
  region: 1,
  roleWord: families,
  famous: families,
  figure: 1,
  quoted: 1,
  listed: 3,
  counted: 1,
  sounds: 12,
});

const plain = charFlag(plainSurnames);
const roleWords = [
  ...titles,
  ...strongBefore,
  ...'小朋友 领导 大家 各位 亲们 宝贝 保安 前台 客服 顾客 主管'.split(' '),
];
/** What own lists say of a word, by its hash: 1 a name that is a word, 2 a brand, 4 a region, 8 a role or title. */
const listed = new Map<number, number>();
for (const [words, bit] of [
  [wordsThatAreNames, 1],
  [namelikeBrands, 2],
  [chineseRegions, 4],
  [roleWords, 8],
] as const) {
  for (const word of words) {
    const key = wordHash(word, 0, word.length);
    listed.set(key, (listed.get(key) ?? 0) | bit);
  }
}
const openingQuotes = charFlag('“‘"「『《〈【');
export const joints = charFlag('、和与跟及');
const famousSizes = wordFilter(publicFigures);
const levelOf = (facts: number): number => (facts === 0 ? wordLevels - 1 : frequencyOf(facts));

/** Full names, surnames with a title or prefix, and all the others. */
const familyOf = (kind: number): number => (kind < kinds.titledSurname ? 0 : kind < kinds.pair ? 1 : 2);

/** What a possible name is made of, and what follows from both of its sides together, as far as it has a number of its own. */
export function describeShape(context: ChineseContext, candidate: Candidate, notes: Notes): void {
  const { text, lattice } = context;
  const { start, end, kind, given, givenEnd } = candidate;
  const size = end - start;
  const family = familyOf(kind);
  const facts = size > 4 ? 0 : lattice.word(start, size);
  const sort = family * 3 + (facts === 0 ? 0 : frequencyOf(facts) < 4 ? 1 : 2);
  const between = context.leftIndex(start) * rightKinds.length + context.rightIndex(end);
  note(notes, own.kind + kind);
  note(notes, own.sides + sort * sides + between);
  if (hasSurname(candidate)) {
    const first = text.charCodeAt(start);
    note(notes, own.surnameRole + roleOf(first, roles.surname));
    note(
      notes,
      own.surnameList + (given - start === 2 ? 3 : isUnit(first, plain) ? 2 : isUnit(first, surnames) ? 1 : 0),
    );
  }
  describeGiven(text, given, givenEnd, notes);
  if (kind === kinds.titledSurname || kind === kinds.titledGiven) note(notes, own.titleSize + min(4, end - givenEnd));
  if (size <= 4) {
    note(notes, own.whole + family * wordLevels + levelOf(facts));
    if (facts !== 0) {
      note(notes, own.wholeClass + classOf(facts));
      note(notes, own.wordSides + between);
    }
  }
  describeWords(context, candidate, family, notes);
}

const hasSurname = ({ start, kind, given }: Candidate): boolean =>
  given > start && kind !== kinds.familiar && kind !== kinds.familiarPair;

/** The rest that is said of it: single characters and words, own lists, and what costs a look further around. */
export function describeDetails(context: ChineseContext, candidate: Candidate, notes: Notes): void {
  const { text, lattice } = context;
  const { start, end, kind, given, givenEnd } = candidate;
  const size = end - start;
  const id = wordHash(text, start, size);
  const family = familyOf(kind);
  const first = text.charCodeAt(start);
  const sort = size > 4 || lattice.word(start, size) === 0 ? 0 : frequencyOf(lattice.word(start, size)) < 4 ? 1 : 2;
  if (hasSurname(candidate)) noteHash(notes, 15, first, family);
  else noteHash(notes, 23, first, kind);
  if (givenEnd - given === 1) noteHash(notes, 22, text.charCodeAt(given), family);
  else if (givenEnd > given) {
    const last = text.charCodeAt(givenEnd - 1);
    noteHash(notes, 16, text.charCodeAt(given), family);
    noteHash(notes, 17, last, family);
    noteHash(notes, 18, text.charCodeAt(given), last, givenEnd - given);
  }
  if (kind === kinds.titledSurname || kind === kinds.titledGiven)
    noteHash(notes, 20, wordHash(text, givenEnd, end - givenEnd));
  noteHash(notes, 19, id);
  const { lastSize, nextSize } = lattice;
  const leftSize = lastSize[start] ?? 0;
  noteHash(
    notes,
    21,
    family,
    tokenKind(lattice, start - leftSize, leftSize),
    tokenKind(lattice, end, nextSize[end] ?? 0),
  );
  if (size <= 4) {
    if (famousSizes(text, start, size, size) !== 0) note(notes, own.famous + family);
    describeLists(id, size, family, notes);
  }
  note(notes, own.repeated + (family * 3 + sort) * 4 + repetition(text, start, end));
  describeNeighbours(context, candidate, notes);
}

function describeGiven(text: string, start: number, end: number, notes: Notes): void {
  if (end === start) return;
  const first = text.charCodeAt(start);
  const last = text.charCodeAt(end - 1);
  const modernLast = roleOf(last, roles.modern);
  note(notes, own.modernLast + modernLast);
  if (end - start === 1) {
    note(notes, own.onlyRole + roleOf(first, roles.only));
    return;
  }
  const modernFirst = roleOf(first, roles.modern);
  const asFirst = roleOf(first, roles.first);
  const asSecond = roleOf(last, roles.second);
  note(notes, own.firstRole + asFirst);
  note(notes, own.secondRole + asSecond);
  note(notes, own.modernFirst + modernFirst);
  note(notes, own.rolePair + asFirst * 10 + asSecond);
  note(notes, own.modernPair + modernFirst * 10 + modernLast);
  if (end - start > 2) note(notes, own.middleRole + roleOf(text.charCodeAt(start + 1), roles.second));
  if (isKnownGiven(text, end - 2)) note(notes, own.knownGiven);
  if (first === last) note(notes, own.doubled);
  if (end - start > 2 && text.charCodeAt(end - 2) === last) note(notes, own.doubled + 1);
}

function describeLists(id: number, size: number, family: number, notes: Notes): void {
  const lists = listed.get(id) ?? 0;
  if (lists === 0) return;
  if ((lists & 1) !== 0) note(notes, own.nameWord);
  // Brands of two characters are names of persons, too, now and then; longer ones hardly ever.
  if ((lists & 2) !== 0) note(notes, own.brand + (size > 2 ? 1 : 0));
  if ((lists & 4) !== 0) note(notes, own.region);
  if ((lists & 8) !== 0) note(notes, own.roleWord + family);
}

/** Which words it is made of or a part of, and how the reading of the text changes where it is a name. */
function describeWords({ text, lattice }: ChineseContext, candidate: Candidate, family: number, notes: Notes): void {
  const { start, end, kind, given, givenEnd } = candidate;
  const { word, before, after } = lattice;
  const size = end - start;
  if (givenEnd - given === 2 && given > start) note(notes, own.givenWord + levelOf(word(given, 2)));
  if (size > 2) {
    note(notes, own.headWord + levelOf(word(start, 2)));
    note(notes, own.tailWord + levelOf(word(end - 2, 2)));
  }
  let longer = wordLevels - 1;
  for (let more = size + 1; more <= 4; more += 1) longer = min(longer, levelOf(word(start, more)));
  note(notes, own.longerWord + longer);
  // What the reading costs more, in steps of 1.5 nats: with borders at both ends, and with a name between them.
  const around = (before[start] ?? 0) + (after[end] ?? 0) - (after[0] ?? 0);
  if (size <= 4) {
    const forced = around + lattice.between(start, end);
    note(notes, own.forced + family * 16 + min(15, max(0, round(forced / 1.5))));
  }
  let cost = around + givenCost(text, given, givenEnd);
  if (kind <= kinds.titledSurname && given > start)
    cost += given - start === 1 ? surnameCost(text.charCodeAt(start)) : 9;
  note(notes, own.asName + family * 24 + min(23, max(0, round(cost / 1.5) + 8)));
}

/** First characters of what `publicFigureAfter` takes. */
const figureStarts = charFlag(
  '（是牌效定反综氏试测量评手法猜专旗品官股集有公火烤凉螺剪牛豆鸭月酒药珠运跑球汽纪故祠庙墓大小中医市县区镇乡村路街巷河江湖山桥站机店寺岛湾门',
);
const sounds = charFlag(soundChars);

function describeNeighbours({ text }: ChineseContext, { start, end, kind }: Candidate, notes: Notes): void {
  if (isAt(text, end, figureStarts) && publicFigureAfter.test(text.slice(end, end + 16))) note(notes, own.figure);
  if (isAt(text, start - 1, openingQuotes)) note(notes, own.quoted);
  const before = isAt(text, start - 1, joints);
  const after = isAt(text, end, joints);
  if (before || after) note(notes, own.listed + (before && after ? 2 : before ? 1 : 0));
  if (isCounted(text, start, end)) note(notes, own.counted);
  if (kind < kinds.pair) return;
  let count = 0;
  let han = 0;
  for (let at = start; at < end; at += 1) {
    if (isHanUnit(text.charCodeAt(at))) han += 1;
    if (isAt(text, at, sounds)) count += 1;
  }
  note(notes, own.sounds + (han === end - start ? 0 : 6) + floor((count / han) * 5));
}

const numerals = charFlag('0123456789０１２３４５６７８９一二三四五六七八九十百千万亿两几数多上近');
const tenThousand = '万'.charCodeAt(0);
const more = '余'.charCodeAt(0);
const week = '周'.charCodeAt(0);
const weekBefore = charFlag('上下本每这两几一');

/** 三万人, 下周聚, 周二: the surname is a part of a number or of a date. */
function isCounted(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  if (first === tenThousand || first === more) return isAt(text, start - 1, numerals);
  if (first !== week) return false;
  return (
    isAt(text, start - 1, weekBefore) || (end === start + 2 && '一二三四五六日末'.includes(text.charAt(start + 1)))
  );
}

/** How far the same characters are looked for on each side. */
const reach = 60;

/** 1 where the same characters stand again behind it, 2 before it, 3 both; 0 where they do not. */
function repetition(text: string, start: number, end: number): number {
  const name = text.slice(start, end);
  const behind = text.slice(end, end + reach).includes(name) ? 1 : 0;
  return text.slice(max(0, start - reach), start).includes(name) ? behind + 2 : behind;
}
