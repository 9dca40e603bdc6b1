import { commonWordSurnames, compoundSurnames, givenNameChars, plainSurnames } from '../lexicons/chinese-surnames.ts';
import { givenCharLevels } from '../lexicons/chinese-given-chars.ts';
import { wordsThatAreNames } from '../lexicons/chinese-name-words.ts';
import { chineseRegions } from '../lexicons/chinese-regions.ts';
import { namelikeBrands, publicFigureAfter } from '../lexicons/chinese-name-context.ts';
import { bias, features, weights, type Feature } from './weights.ts';
import {
  isFunctionUnit,
  startsVerb,
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

const isPlain = unitTable(plainSurnames);

/** Length of the surname at `at`: 2, 1 or 0. */
export function surnameLength(text: string, at: number): number {
  const kind = surnameUnits[text.charCodeAt(at)] ?? 0;
  if (kind === 0) return 0;
  if ((kind & 2) !== 0 && compoundSurnames.has(text.slice(at, at + 2))) return 2;
  return kind & 1;
}

/** Judges `text.slice(start, end)` as surname and given name, from what it is made of and what stands around it. */
export function scoreFullName(context: ChineseContext, start: number, end: number, surnameSize: number): NameCandidate {
  const left = context.left(start);
  const right = context.right(end);
  const cued = left === 'strong' || right === 'title' || right === 'strong';
  // Nothing can outweigh unknown characters on both sides, which most places of a text have.
  if (left === 'unknown' && right === 'unknown') return { start, end, points: 0, cued };
  sum = bias;
  describeFullName(context, start, end, surnameSize, addWeight);
  return { start, end, points: sum, cued };
}

let sum = 0;
const weightOf = Float64Array.from(features, (feature) => weights[feature]);
function addWeight(feature: number): void {
  sum += weightOf[feature] ?? 0;
}

/** Index in `features` of each one, so that looking up its weight hashes no string. */
const index = Object.fromEntries(features.map((feature, at) => [feature, at])) as Readonly<Record<Feature, number>>;
const leftIndex: Readonly<Record<LeftContext, number>> = {
  strong: index['left-strong'],
  verb: index['left-verb'],
  weak: index['left-weak'],
  boundary: index['left-boundary'],
  word: index['left-word'],
  unknown: index['left-unknown'],
};
const rightIndex: Readonly<Record<RightContext, number>> = {
  title: index['right-title'],
  strong: index['right-strong'],
  time: index['right-time'],
  boundary: index['right-boundary'],
  label: index['right-label'],
  particle: index['right-particle'],
  word: index['right-word'],
  unknown: index['right-unknown'],
};
const kindOfWord = new Map<string, 'brand' | 'namelike'>();
for (const word of wordsThatAreNames) kindOfWord.set(word, 'namelike');
for (const word of [...chineseRegions, ...namelikeBrands]) kindOfWord.set(word, 'brand');
const rolesOf = (kind: 'brand' | 'namelike' | 'ordinary') => ({
  led: index[`${kind}-led`],
  followed: index[`${kind}-followed`],
  object: index[`${kind}-object`],
  bare: index[`${kind}-bare`],
});
const wordIndex = { brand: rolesOf('brand'), namelike: rolesOf('namelike'), ordinary: rolesOf('ordinary') };
const unitIndex = [0, 1, 2, 3, 4, 5, 6].map((level) => index[`unit-${level}` as Feature]);

/** Calls `mark` with the index in `features` of everything that can be said about one possible full name. */
export function describeFullName(
  context: ChineseContext,
  start: number,
  end: number,
  surnameSize: number,
  mark: (feature: number) => void,
): void {
  const { text } = context;
  const left = context.left(start);
  const right = context.right(end);
  const wanted = right === 'strong' || right === 'title';
  const plain = surnameSize === 1 && isPlain[text.charCodeAt(start)] === 1;
  mark(leftIndex[left]);
  mark(rightIndex[right]);
  mark(index[surnameSize === 2 ? 'surname-compound' : plain ? 'surname-plain' : 'surname-common']);
  if (surnameSize === 1 && isCommonest[text.charCodeAt(start)] === 1) mark(index['surname-commonest']);
  if (surnameSize === 1 && !plain && left !== 'strong' && !wanted) {
    mark(index['common-unasked']);
    if (grammatical[text.charCodeAt(start)] === 1) mark(index['grammatical-unasked']);
    if (left === 'word') mark(index['common-after-word']);
  }
  if (counted(text, start, end)) mark(index['amount']);
  if (isPronoun(text, end - 2)) mark(index['pronoun']);
  const given = start + surnameSize;
  mark(index[end - given === 1 ? 'given-1' : end - given === 2 ? 'given-2' : 'given-3']);
  if (end - given === 3 && (left === 'strong' || wanted)) mark(index['given-3-asked']);
  if (end - given === 1 && surnameSize === 2) mark(index['compound-given-1']);
  for (let at = given; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    mark(unitIndex[givenLevels[unit] ?? 0] ?? 0);
  }
  if (end - given === 2 && text.charCodeAt(given) === text.charCodeAt(given + 1)) mark(index['doubled']);
  if (end - given === 3 && text.charCodeAt(end - 1) === text.charCodeAt(end - 2)) mark(index['doubled-tail']);
  if (nounSuffixes[text.charCodeAt(end - 1)] === 1) mark(index['noun-suffix']);
  if (context.ordinaryAt(start, end - start)) {
    const name = text.slice(start, end);
    const likelyPerson = left === 'boundary' && (wanted || right === 'time') && wordsThatAreNames.has(name);
    const kind = likelyPerson ? 'namelike' : (kindOfWord.get(name) ?? 'ordinary');
    const roles = wordIndex[kind];
    if (left === 'strong') mark(roles.led);
    else if (wanted) mark(roles.followed);
    else mark(left === 'verb' || left === 'weak' ? roles.object : roles.bare);
    if (left === 'strong' && (wanted || right === 'boundary')) mark(index['ordinary-between']);
    if (likelyPerson) mark(index['namelike-verb']);
    if (beforeOrdinary[text.charCodeAt(start - 1)] === 1 || ordinaryFollows(text, end))
      mark(index['ordinary-in-place']);
  }
  describeWords(context, start, end, surnameSize, mark);
  if (figureStarts[text.charCodeAt(end)] === 1 && publicFigureAfter.test(text.slice(end, end + 16)))
    mark(index['public-figure']);
  if (openingQuotes[text.charCodeAt(start - 1)] === 1) mark(index['quoted']);
  if (inNameList(context, start, end)) mark(index['listed']);
}

/** Where ordinary words cross the borders of the name, or make up a part of it. */
function describeWords(
  context: ChineseContext,
  start: number,
  end: number,
  surnameSize: number,
  mark: (feature: number) => void,
): void {
  const led = context.left(start) === 'strong';
  const right = context.right(end);
  const followed = right === 'strong' || right === 'title' || right === 'time';
  const crossed = context.wordCrosses(start, start - 3);
  if (crossed) mark(index[led ? 'crossed-start-led' : 'crossed-start']);
  if (context.wordCrosses(end, start + 1)) mark(index[followed ? 'crossed-end-followed' : 'crossed-end']);
  if (end - start > 2 && surnameSize === 1 && context.ordinaryAt(start, 2)) {
    mark(index[led ? 'word-first-led' : 'word-first']);
    if (isPronoun(context.text, start)) mark(index['pronoun']);
  }
  if (end - start - surnameSize === 2 && context.ordinaryAt(start + surnameSize, 2)) {
    mark(index[led || followed ? 'word-given-asked' : 'word-given']);
    if (crossed) mark(index['crossed-word-given']);
  }
  if (context.ordinaryAt(start, end - start + 1)) mark(index['longer-word']);
  if (end - start < 3 && context.ordinaryAt(start, end - start + 2)) mark(index['longer-word']);
}

/** First characters of what `publicFigureAfter` takes. */
const figureStarts = unitTable(
  '（是牌效定反综氏试测量评手法猜专旗品官股集有公火烤凉螺剪牛豆鸭月酒药珠运跑球汽纪故祠庙墓大小中医市县区镇乡村路街巷河江湖山桥站机店寺岛湾门',
);
const grammatical = unitTable('曾向于时和单管许从常方成费空应何安易解尤平连经当即将自对');
/** The hundred surnames that 85% of the population bear. */
export const commonestSurnames =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文';
const isCommonest = unitTable(commonestSurnames);
const amounts = unitTable('万余');
const weekBefore = unitTable('上下本每这两几一');
const numerals = unitTable('0123456789０１２３４５６７８９一二三四五六七八九十百千万亿两几数多上近');

/** 三万人, 下周聚, 周二: the surname is a part of a number or of a date. */
function counted(text: string, start: number, end: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (amounts[text.charCodeAt(start)] === 1) return numerals[before] === 1;
  if (text.charAt(start) !== '周') return false;
  return weekBefore[before] === 1 || (end === start + 2 && '一二三四五六日末'.includes(text.charAt(start + 1)));
}

const openingQuotes = unitTable('“‘"「『《〈【');
/** Prepositions of place and adverbs of degree: 在江南, 不文静. */
const beforeOrdinary = unitTable('在从去往到不很太更真最');
const afterOrdinary = ['的时候', '就好', '极了', '得很', '得太', '地'];
const afterOrdinaryStarts = unitTable(afterOrdinary.map((word) => word.charAt(0)));

/** 高兴的时候, 高兴极了. */
function ordinaryFollows(text: string, at: number): boolean {
  return afterOrdinaryStarts[text.charCodeAt(at)] === 1 && afterOrdinary.some((word) => text.startsWith(word, at));
}

/** Last characters of nouns for things, which no given name ends with. */
const nounSuffixes = unitTable(
  '色素唑嗪酮酯胺钠钾酸碱酶剂丸膏汤散粉液药炎症病癌瘤科楼店厅室街站款型号费钱票杯瓶袋盒表机车品类期率度量式性者员队部局院馆单卡码区厂网线衣鞋肉鱼茶酒饭菜果糕',
);
const pronouns: ReadonlySet<string> = new Set([
  '大家',
  '自己',
  '人家',
  '别人',
  '什么',
  '多少',
  '这个',
  '那个',
  '明天',
  '明早',
  '明晚',
  '明年',
  '时间',
  '时候',
  '任何',
  '于是',
  '应该',
  '何时',
  '尚未',
]);
const pronounStarts = unitTable([...pronouns].map((word) => word.charAt(0)));

function isPronoun(text: string, at: number): boolean {
  return pronounStarts[text.charCodeAt(at)] === 1 && pronouns.has(text.slice(at, at + 2));
}

const givenUnits = unitTable(givenNameChars);
const givenLevels = new Uint8Array(0x1_0000);
for (const [i, chars] of givenCharLevels.entries()) for (const char of chars) givenLevels[char.charCodeAt(0)] = i + 1;

/** Given names are made of a few hundred characters; one that is not among them speaks against the name. */
function givenPoints(given: string): number {
  let points = 0.5;
  for (let i = 0; i < given.length; i += 1) {
    const unit = given.charCodeAt(i);
    points += isFunctionUnit(unit) ? -4 : givenUnits[unit] === 1 ? 0.25 : -0.6;
  }
  return given.length === 2 && given[0] === given[1] ? points + 1 : points;
}

/** Points taken off where ordinary words cross the borders of a given name. */
function innerWordPoints(context: ChineseContext, start: number, end: number): number {
  const left = context.left(start);
  const right = context.right(end);
  let points = 0;
  if (left !== 'strong' && context.wordCrosses(start, start - 3)) points -= 1.5;
  if (context.wordCrosses(end, start + 1))
    points -= right === 'strong' || right === 'title' || right === 'time' ? 0.5 : 2;
  if (context.ordinaryAt(start, end - start + 1)) points -= 3;
  if (end - start < 3 && context.ordinaryAt(start, end - start + 2)) points -= 3;
  return points;
}

const joints = unitTable('、和与跟及');

/** Names stand in lists: 、 or 和 on one side and another surname behind it. */
function inNameList(context: ChineseContext, start: number, end: number): boolean {
  const { text } = context;
  if (joints[text.charCodeAt(end)] === 1 && surnameLength(text, end + 1) > 0 && !isThing(context, end + 1, 2))
    return true;
  if (start === 0 || joints[text.charCodeAt(start - 1)] !== 1) return false;
  for (let size = 2; size <= 4; size += 1) {
    const neighbour = start - 1 - size;
    if (neighbour >= 0 && surnameLength(text, neighbour) > 0 && !isThing(context, neighbour, size)) return true;
  }
  return false;
}

/** An ordinary word that nobody is called by. */
function isThing(context: ChineseContext, at: number, size: number): boolean {
  return context.ordinaryAt(at, size) && !wordsThatAreNames.has(context.text.slice(at, at + size));
}

/** 建军, 海涛: both characters are far commoner in names than elsewhere. */
export function looksGiven(text: string, at: number): boolean {
  return (givenLevels[text.charCodeAt(at)] ?? 0) + (givenLevels[text.charCodeAt(at + 1)] ?? 0) >= 9;
}

/** Doubled words of a dictionary that at the head of a clause are names for the most part. */
const doubledGiven: ReadonlySet<string> = new Set('东东 云云 华华 宁宁 峰峰 强强 文文 盈盈 苗苗'.split(' '));

/** 晓彤, 雅婷: both characters are far commoner in names than elsewhere, one of them hardly has another use. */
export function surelyGiven(text: string, at: number): boolean {
  const first = givenLevels[text.charCodeAt(at)] ?? 0;
  const second = givenLevels[text.charCodeAt(at + 1)] ?? 0;
  return first + second >= 10;
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
  if (isFunctionUnit(text.charCodeAt(start)) || startsVerb(text, start)) return { start, end, points: -9, cued: false };
  const doubled = name.length === 2 && name[0] === name[1];
  const nickname = name.length === 2 && /^[小阿]/u.test(name);
  let points = leftPoints[left] + rightPoints[right] - 0.5;
  points += nickname ? nicknamePoints(name) : givenPoints(name);
  const listed = doubled && (text.charAt(end) === '、' || text.charAt(start - 1) === '、');
  if (listed) points += 2;
  const kin = left === 'boundary' && right === 'title' && looksGiven(text, start);
  if (kin) points += 1.5;
  else if (context.ordinaryAt(start, 2) && !(left === 'boundary' && doubled && doubledGiven.has(name)))
    points -= doubled && (left === 'strong' || listed) ? 1 : 4;
  // 晓彤，记得交作业: both characters are hardly used but in names, and the clause ends or a person's verb follows.
  if (left === 'boundary' && right !== 'unknown' && right !== 'word' && !doubled && surelyGiven(text, start))
    points += 3;
  points += innerWordPoints(context, start, end);
  if (left !== 'strong' && !doubled && !nickname) points -= looksGiven(text, start) ? 0.75 : 2;
  if (doubled && left === 'word') points -= right === 'strong' ? 0.5 : 1.5;
  if (!doubled && !nickname && givenPoints(name) < 1 && !looksGiven(text, start)) points -= 2;
  if (name.startsWith('阿') && right === 'unknown') points += 1.5;
  return { start, end, points, cued: left === 'strong' || right === 'title' || right === 'strong' };
}

function nicknamePoints(name: string): number {
  return givenNameChars.has(name.charAt(1)) || surnameLength(name, 1) > 0 ? 1.5 : -1;
}
