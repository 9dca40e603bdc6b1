import {
  createChineseContext,
  isFunctionUnit,
  isHan,
  isOrdinary,
  type ChineseContext,
} from '../names-zh/dictionary.ts';
import { acceptAt, scoreFullName, scoreGivenName, surnameLength, type NameCandidate } from '../names-zh/score-name.ts';
import { plainSurnames } from '../lexicons/chinese-surnames.ts';
import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

/** 我姓万俟，单名兵. */
const toldInParts =
  /(?:[我他她你您人者户]|先生|女士|免贵|对方|朋友|同事)姓([\u4e00-\u9fff]{1,2})(?=[，,。、]|$)|单名(?:一个)?([\u4e00-\u9fff])(?![\u4e00-\u9fff])/gu;
/** 病人叫夏天，: behind such a verb any short word that ends the clause is a name. */
const named =
  /(?:(?<![这那它])(?<=[我他她人者户友事妈爸哥姐弟妹孩娃学生])叫|名叫|姓名[：:]|真名|名字[是叫：:])(?!外卖|救护|滴滴|快递|代驾|出租|专车|网约|什么|做|我|你|他|她|人|不|号|醒|停)([\u4e00-\u9fff]{2,3})(?![\u4e00-\u9fff])/gu;
/** A Latin given name with a Chinese surname: Amy陈. */
const mixed = /(?<![A-Za-z])[A-Z][a-z]{1,10}(?:·)?([\u4e00-\u9fff])/gu;
/** A name of another language written in Chinese, whose parts a middle dot joins: 玛丽·居里. */
const transliterated = /[\u4e00-\u9fff]{2,5}(?:[·•][\u4e00-\u9fff]{1,6}){1,3}/gu;

/** Names in Chinese text: by surname, title, label and the words around them. */
export function detectPersonZh(text: string): Span[] {
  if (!/[\u4e00-\u9fff]/u.test(text)) return [];
  const spans: Span[] = [];
  const context = createChineseContext(text);
  for (let at = 0; at < text.length; at += 1) {
    if (!isHan(text, at)) continue;
    const found = bestAt(context, at);
    if (found === undefined) continue;
    spans.push(span('person', found.start, found.end, found.cued ? 'cued' : 'pattern'));
  }
  for (const match of matchesOf(text, toldInParts)) {
    const name = match[1] ?? match[2] ?? '';
    const end = match.index + match[0].length;
    if (match[2] !== undefined || surnameLength(name, 0) === name.length)
      spans.push(span('person', end - name.length, end, 'cued'));
  }
  for (const match of matchesOf(text, named)) {
    const end = match.index + match[0].length;
    spans.push(span('person', end - (match[1]?.length ?? 0), end, 'cued'));
  }
  for (const { 0: found, 1: surname, index } of matchesOf(text, mixed)) {
    if (surnameLength(surname ?? '', 0) === 1 && context.right(index + found.length) !== 'unknown') {
      spans.push(span('person', index, index + found.length, 'cued'));
    }
  }
  for (const { 0: found, index } of /[·•]/u.test(text) ? matchesOf(text, transliterated) : []) {
    if (context.left(index) === 'strong') spans.push(span('person', index, index + found.length, 'cued'));
  }
  return spans;
}

/** The best name that begins at `at`, if any is good enough. */
function bestAt(context: ChineseContext, at: number): NameCandidate | undefined {
  const { text } = context;
  const surnameSize = surnameLength(text, at);
  let best: NameCandidate | undefined;
  const consider = (candidate: NameCandidate): void => {
    if (candidate.points >= acceptAt && candidate.points > (best?.points ?? 0)) best = candidate;
  };
  if (surnameSize > 0) {
    const from = at + surnameSize;
    for (let end = from + 1; end <= from + 3 && isNameChar(text, end - 1); end += 1) {
      consider(scoreFullName(context, at, end, surnameSize));
    }
    const titled = surnameWithTitle(context, at, surnameSize);
    if (titled !== undefined && (best === undefined || best.end <= titled.end)) best = titled;
  }
  const familiar = familiarSurname(context, at);
  if (familiar !== undefined) return familiar;
  const next = text.charAt(at + 1);
  const likely = next === text.charAt(at) || '小阿'.includes(text.charAt(at)) || context.left(at) === 'strong';
  if (likely && isHan(text, at + 1)) consider(scoreGivenName(context, at, at + 2));
  return best;
}

/** 曹医生, 欧阳老师: marked with the title. */
function surnameWithTitle(context: ChineseContext, at: number, surnameSize: number): NameCandidate | undefined {
  const { text } = context;
  const title = context.titleAt(at + surnameSize);
  if (title === 0) return undefined;
  const end = at + surnameSize + title;
  const whole = text.slice(at, end);
  const left = context.left(at);
  const ordinary = isOrdinary(whole) && !/[婶姨叔伯姐哥嫂妈爸]$/u.test(whole);
  if (ordinary || (left === 'unknown' && surnameSize === 1) || (title === 1 && context.wordCrosses(at, at - 3)))
    return undefined;
  return { start: at, end, points: 5, cued: true };
}

/** 小李, 老王: marked with the prefix. */
function familiarSurname(context: ChineseContext, at: number): NameCandidate | undefined {
  const { text } = context;
  if (!'小老大阿'.includes(text.charAt(at)) || surnameLength(text, at + 1) !== 1) return undefined;
  const end = at + 2;
  if (context.ordinaryAt(at, 2) || context.ordinaryAt(at, 3)) return undefined;
  const left = context.left(at);
  const right = context.right(end);
  if (right !== 'strong' && context.wordCrosses(end, at + 1)) return undefined;
  const plain = /[小老]/u.test(text.charAt(at));
  if (left === 'unknown' || (!plain && right !== 'strong')) return undefined;
  const surnameOnly = plainSurnames.has(text.charAt(at + 1)) && left !== 'word';
  if (!surnameOnly && (right === 'unknown' || (right === 'word' && left === 'word'))) return undefined;
  return { start: at, end, points: 5, cued: true };
}

function isNameChar(text: string, at: number): boolean {
  return isHan(text, at) && !isFunctionUnit(text.charCodeAt(at));
}
