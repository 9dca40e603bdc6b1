import {
  personVerbs,
  shortTitles,
  strongAfter,
  strongBefore,
  timesAfter,
  titles,
  verbsAfter,
  weakBefore,
} from '../lexicons/chinese-name-context.ts';
import { commonWordSurnames, plainSurnames } from '../lexicons/chinese-surnames.ts';
import { charFlag, isAt, isUnit, type CharFlag } from './characters.ts';
import type { WordLattice } from './lattice.ts';
import { wordHash } from './rows.ts';
import { scratch } from './scratch.ts';
import { frequencyOf, ordinaryFrom } from './words.ts';

// Looked up once: where modules run in a context of their own, as in tests, a global costs a call each time.
const { clz32 } = Math;

const particles = charFlag(
  '的了吗呢吧啊呀嘛是在有和与跟同及或也都就还又再才不没被把给让叫请找从到去来说问将会能要想用对向为已于以而但很更最太先后等个位这那其他她它我你您们之上下里中前时并由经且因所该各每共需曾正刚只可得着过几怎什啥没未诶嗨转借拿买卖寄吃喝走跑送带写看听做收退换装修打发住坐站骑等怕病疼痛咳吐摔晕醒哭笑骂夸选投租考读教唱拍跳赢输赶爬躺睡',
);
const copulas = charFlag('：:是为叫写填');
const actions = charFlag(verbsAfter);
const neverInNames = new Set('的了吗呢吧啊呀嘛是把被让您你我他她它们这那哪谁不没很太就怎什啥么个次些氏');

/** A set of words that is asked at many places of a text. */
interface WordTable {
  /** Hashes of its words, with linear probing; 0 where a slot is empty. */
  hashes: Int32Array;
  /** Set for the first or last characters of its words. */
  edges: CharFlag;
  /** By first or last unit: bit n is set where a word of n characters has it. */
  sizes: Uint16Array;
}

const slotsOfTable = 1 << 12;

function tableOf(words: readonly string[], edgeAt: 0 | -1): WordTable {
  const sizes = new Uint16Array(0x1_0000);
  const hashes = new Int32Array(slotsOfTable);
  for (const word of words) {
    const edge = word.charCodeAt(edgeAt === 0 ? 0 : word.length - 1);
    sizes[edge] = (sizes[edge] ?? 0) | (1 << word.length);
    const hash = wordHash(word, 0, word.length);
    hashes[slotIn(hashes, hash)] = hash;
  }
  const edges = charFlag(words.map((word) => word.charAt(edgeAt === 0 ? 0 : word.length - 1)));
  return { hashes, edges, sizes };
}

/** Where the hash is or would be. */
function slotIn(hashes: Int32Array, hash: number): number {
  let slot = (hash ^ (hash >>> 15)) & (slotsOfTable - 1);
  for (let entry = hashes[slot] ?? 0; entry !== 0 && entry !== hash; entry = hashes[slot] ?? 0)
    slot = (slot + 1) & (slotsOfTable - 1);
  return slot;
}

const isIn = ({ hashes }: WordTable, text: string, at: number, size: number): boolean =>
  hashes[slotIn(hashes, wordHash(text, at, size))] !== 0;

const before = { strong: tableOf(strongBefore, -1), verb: tableOf(personVerbs, -1), weak: tableOf(weakBefore, -1) };
const after = { title: tableOf(titles, 0), strong: tableOf(strongAfter, 0), time: tableOf([...timesAfter], 0) };

/** First characters of titles. */
export const titleStarts = after.title.edges;

/** Length of the longest word of the table that ends at `end`, or 0. */
function endingAt(text: string, end: number, table: WordTable): number {
  const possible = isAt(text, end - 1, table.edges) ? (table.sizes[text.charCodeAt(end - 1)] ?? 0) : 0;
  for (let size = 31 - clz32(possible); size > 0; size -= 1) {
    if ((possible & (1 << size)) !== 0 && size <= end && (size === 1 || isIn(table, text, end - size, size)))
      return size;
  }
  return 0;
}

/** Length of the longest word of the table that begins at `at`, or 0. */
function beginningAt(text: string, at: number, table: WordTable): number {
  const possible = isAt(text, at, table.edges) ? (table.sizes[text.charCodeAt(at)] ?? 0) : 0;
  for (let size = 31 - clz32(possible); size > 0; size -= 1) {
    if ((possible & (1 << size)) !== 0 && at + size <= text.length && (size === 1 || isIn(table, text, at, size)))
      return size;
  }
  return 0;
}

function isHan(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x4e00 && unit <= 0x9fff;
}

/** True for a character that no given name has: pronouns, particles, negations. */
export function isFunctionUnit(unit: number): boolean {
  return neverInNames.has(String.fromCharCode(unit));
}

export const middleDots = charFlag('·•・');
/** Surnames of one character. */
export const surnames = charFlag([...plainSurnames, ...commonWordSurnames]);

/** What stands right before a possible name. */
type LeftContext = (typeof leftKinds)[number];
/** What stands right after a possible name. */
type RightContext = (typeof rightKinds)[number];

/** The surroundings of every place of one text. */
export interface ChineseContext {
  readonly text: string;
  readonly lattice: WordLattice;
  /** Judges the text that ends at `at`; labels may be followed by a colon or a copula (`收件人：`, `收货人是`). */
  left: (at: number) => LeftContext;
  right: (at: number) => RightContext;
  /** The same as indexes of `leftKinds` and `rightKinds`. */
  leftIndex: (at: number) => number;
  rightIndex: (at: number) => number;
  /** Length of what may be a title at `at` if nothing else speaks against it, or 0. */
  possibleTitleAt: (at: number) => number;
  /** True where the `size` characters from `at` on are an ordinary word. */
  ordinaryAt: (at: number, size: number) => boolean;
}

export const leftKinds = ['strong', 'verb', 'weak', 'boundary', 'word', 'unknown'] as const;
export const rightKinds = ['title', 'strong', 'time', 'boundary', 'label', 'particle', 'word', 'unknown'] as const;

const leftsFor = scratch((size) => new Uint8Array(size));
const rightsFor = scratch((size) => new Uint8Array(size));

export function createChineseContext(lattice: WordLattice): ChineseContext {
  const { text } = lattice;
  const ordinaryAt = (at: number, size: number): boolean =>
    at + size <= text.length && frequencyOf(lattice.word(at, size)) >= ordinaryFrom;
  /** Bit n is set where an ordinary word of n characters begins. */
  const wordsAt = (at: number): number => {
    let bits = 0;
    for (let size = 2; size <= 4; size += 1) if (ordinaryAt(at, size)) bits |= 1 << size;
    return bits;
  };
  // By place: what was judged there, plus one; 0 where nothing was yet.
  const lefts = leftsFor(text.length + 1);
  const rights = rightsFor(text.length + 1);
  const leftIndex = (at: number): number => (lefts[at] ||= leftKinds.indexOf(judgeLeft(text, at, ordinaryAt)) + 1) - 1;
  const rightIndex = (at: number): number => (rights[at] ||= rightKinds.indexOf(judgeRight(text, at, wordsAt)) + 1) - 1;
  return {
    text,
    lattice,
    left: (at) => leftKinds[leftIndex(at)] ?? 'unknown',
    right: (at) => rightKinds[rightIndex(at)] ?? 'unknown',
    leftIndex,
    rightIndex,
    possibleTitleAt: (at) => beginningAt(text, at, after.title),
    ordinaryAt,
  };
}

const space = 0x20;
const done = '了'.charCodeAt(0);
const past = '过'.charCodeAt(0);
export const colons = charFlag('：:');
const partEnds = charFlag('人员师者');

function judgeLeft(text: string, at: number, ordinaryAt: ChineseContext['ordinaryAt']): LeftContext {
  if (at === 0) return 'boundary';
  const previous = text.charCodeAt(at - 1);
  let label = at;
  if (isUnit(previous, copulas)) label = at - 1;
  else if (previous === space && at > 1 && isAt(text, at - 2, colons)) label = at - 2;
  const strong = endingAt(text, label, before.strong) || (label === at ? 0 : endingAt(text, at, before.strong));
  if (strong > 0) return label === at && endsTitledName(text, at, strong, ordinaryAt) ? 'weak' : 'strong';
  if (!isHan(text, at - 1)) return 'boundary';
  if (endingAt(text, at, before.verb) > 0) return 'verb';
  if ((previous === done || previous === past) && endingAt(text, at - 1, before.verb) > 0) return 'verb';
  if (endingAt(text, at, before.weak) > 0) return 'weak';
  // 下单人, 护理员: nouns for a person's part, most of which no dictionary has.
  if (label > 1 && isAt(text, label - 1, partEnds) && isHan(text, label - 2)) return 'verb';
  if (isUnit(previous, particles)) return 'word';
  for (let size = 2; size <= 4 && at - size >= 0; size += 1) if (ordinaryAt(at - size, size)) return 'word';
  return 'unknown';
}

/** 王医生 before 查房: the title belongs to the name before it, so what follows is hardly another one. */
function endsTitledName(text: string, end: number, size: number, ordinaryAt: ChineseContext['ordinaryAt']): boolean {
  const surname = end - size - 1;
  if (surname < 0 || !isAt(text, surname, surnames) || !isIn(after.title, text, end - size, size)) return false;
  return surname === 0 || !ordinaryAt(surname - 1, 2);
}

function judgeRight(text: string, at: number, wordsAt: (at: number) => number): RightContext {
  if (titleLength(text, at, wordsAt) > 0) return 'title';
  if (beginningAt(text, at, after.strong) > 0 || particularsFollow(text, at)) return 'strong';
  if (at >= text.length || !isHan(text, at)) return text.charAt(at) === '：' ? 'label' : 'boundary';
  if (beginningAt(text, at, after.time) > 0) return 'time';
  if (isAt(text, at, particles | actions)) return 'particle';
  return wordsAt(at) === 0 ? 'unknown' : 'word';
}

const particulars =
  /[ ，,、（(/|:：]{1,2}(?:[男女](?:[性生]?(?![\u4e00-\u9fff]))|\d{1,3}(?:岁|个月)|(?:电话|手机|身份证|微信|住院号|病历号|床号|年龄|性别|联系电话)|(?:\+?86[ -]?)?1[3-9]\d)|1[3-9]\d{9}/uy;

const particularStarts = charFlag(' ，,、（(/|:：1');
const particularSeconds = charFlag('男女电手身微住病床年性联+0123456789 ，,、（(/|:：');

/** Sex, age, or a number that a person has. */
function particularsFollow(text: string, at: number): boolean {
  if (!isAt(text, at, particularStarts) || !isAt(text, at + 1, particularSeconds)) return false;
  particulars.lastIndex = at;
  return particulars.test(text);
}

const oneCharTitles = charFlag(shortTitles);
const kinTitles = charFlag('婶姨嫂姐哥叔伯爷');

/** A one-character title needs a word boundary behind it; a word for kin only must not begin another word. */
function titleLength(text: string, at: number, wordsAt: (at: number) => number): number {
  const size = beginningAt(text, at, after.title);
  if (size !== 1 || !isAt(text, at, oneCharTitles)) return size;
  const next = at + 1;
  if (next >= text.length || !isHan(text, next) || isAt(text, next, particles)) return 1;
  return isAt(text, at, kinTitles) && wordsAt(at) === 0 ? 1 : 0;
}
