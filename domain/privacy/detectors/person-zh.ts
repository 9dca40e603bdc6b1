import {
  createChineseContext,
  isFunctionUnit,
  isHan,
  isOrdinary,
  unitTable,
  type ChineseContext,
} from '../names-zh/dictionary.ts';
import {
  acceptAt,
  looksGiven,
  scoreFullName,
  scoreGivenName,
  surelyGiven,
  surnameLength,
  type NameCandidate,
} from '../names-zh/score-name.ts';
import { minorityNameEnd } from '../names-zh/minority-names.ts';
import { toldNames } from '../names-zh/told-names.ts';
import { plainSurnames } from '../lexicons/chinese-surnames.ts';
import { span, type Span } from '../span.ts';

/** How many points less a name needs that a list joins to another one. */
const listBonus = 1.5;
const joints = unitTable('、和与跟及比');
const nicknameStarts = unitTable('小阿');
const familiarStarts = unitTable('小老大阿');

/** Names in Chinese text: by surname, title, label and the words around them. */
export function detectPersonZh(text: string): Span[] {
  if (!/[\u4e00-\u9fff]/u.test(text)) return [];
  const spans: Span[] = [];
  const context = createChineseContext(text);
  const add = (candidate: NameCandidate): void => {
    const found = span('person', candidate.start, candidate.end, candidate.cued ? 'cued' : 'pattern');
    const previous = spans.at(-1);
    if (previous !== undefined && previous.end > found.start && found.end > previous.start) {
      // Of two that overlap one is kept at once: a chain of thousands (王王王…) would cost its square later.
      if (found.score - previous.score <= 0 && found.end - found.start <= previous.end - previous.start) return;
      if (found.score >= previous.score) spans.pop();
    }
    spans.push(found);
  };
  let last: NameCandidate | undefined;
  for (let at = 0; at < text.length; at += 1) {
    if (!isHan(text, at)) continue;
    const found = bestAt(context, at);
    if (found === undefined) continue;
    const joined = last?.end === at - 1 && joints[text.charCodeAt(at - 1)] === 1 ? last : undefined;
    const accepted = found.points >= acceptAt;
    if (accepted || (joined !== undefined && joined.points >= acceptAt)) add(found);
    if (accepted && joined !== undefined && joined.points < acceptAt) add(joined);
    if (accepted || last === undefined || found.start >= last.end) last = found;
  }
  const all = [...spans, ...toldNames(context)];
  return all.length === 0 ? all : [...all, ...repeated(context, all)];
}

/** Further places of names that were found somewhere in the text; words that are ordinary ones too are left out. */
function repeated(context: ChineseContext, found: readonly Span[]): Span[] {
  const { text } = context;
  const names = new Map<string, string>();
  for (const { start, end } of found) {
    if (end - start > 1 && !context.ordinaryAt(start, end - start))
      names.set(text.slice(start, start + 2), text.slice(start, end));
  }
  if (names.size === 0 || names.size * 2 > text.length) return [];
  const ends = new Map(found.map(({ start, end }) => [start, end]));
  const spans: Span[] = [];
  for (let at = 0; at < text.length - 1; at += 1) {
    if (!isHan(text, at)) continue;
    const name = names.get(text.slice(at, at + 2));
    const taken = ends.get(at);
    if (taken !== undefined) at = taken - 1;
    else if (name !== undefined && text.startsWith(name, at) && !ends.has(at + 1)) {
      spans.push(span('person', at, at + name.length, 'pattern'));
      at += name.length - 1;
    }
  }
  return spans;
}

/** The best name that begins at `at`, if it comes near to being good enough. */
function bestAt(context: ChineseContext, at: number): NameCandidate | undefined {
  const { text } = context;
  const minorityEnd = minorityNameEnd(context, at);
  if (minorityEnd > 0) return { start: at, end: minorityEnd, points: 5, cued: true };
  const surnameSize = surnameLength(text, at);
  let best: NameCandidate | undefined;
  const consider = (candidate: NameCandidate, needed: number): void => {
    if (candidate.points >= needed && candidate.points > (best?.points ?? 0)) best = candidate;
  };
  if (surnameSize > 0) {
    const from = at + surnameSize;
    for (let end = from + 1; end <= from + 3 && isNameChar(text, end - 1); end += 1) {
      consider(scoreFullName(context, at, end, surnameSize), acceptAt - listBonus);
    }
    const titled = surnameWithTitle(context, at, surnameSize);
    if (titled !== undefined && (best === undefined || best.points < acceptAt || best.end <= titled.end)) best = titled;
  }
  const familiar = familiarSurname(context, at);
  if (familiar !== undefined) return familiar;
  if (mayBeGivenName(context, at)) consider(scoreGivenName(context, at, at + 2), acceptAt);
  return best;
}

/** True where a doubled character, a nickname's first one, a label, or two characters that names like ask for a look. */
function mayBeGivenName(context: ChineseContext, at: number): boolean {
  const { text } = context;
  if (!isHan(text, at + 1)) return false;
  const first = text.charCodeAt(at);
  if (first === text.charCodeAt(at + 1) || nicknameStarts[first] === 1) return true;
  const left = context.left(at);
  if (left === 'boundary') return surelyGiven(text, at) || (looksGiven(text, at) && context.right(at + 2) === 'title');
  return left === 'strong' || ((left === 'verb' || left === 'weak') && looksGiven(text, at));
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
  if (familiarStarts[text.charCodeAt(at)] === 0 || surnameLength(text, at + 1) !== 1) return undefined;
  const end = at + 2;
  const left = context.left(at);
  const right = context.right(end);
  const asked = left === 'strong' && right !== 'unknown' && right !== 'word';
  if ((context.ordinaryAt(at, 2) && !asked) || context.ordinaryAt(at, 3)) return undefined;
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
