import { charRoles, givenPairs } from '../../../domain/privacy/lexicons/chinese-given-chars.ts';
import { wordsThatAreNames } from '../../../domain/privacy/lexicons/chinese-name-words.ts';
import {
  commonWordSurnames,
  compoundSurnames,
  plainSurnames,
} from '../../../domain/privacy/lexicons/chinese-surnames.ts';
import { surnameLength } from '../../../domain/privacy/names-zh/candidates.ts';
import { roleOf, roles, type CharRole } from '../../../domain/privacy/names-zh/words.ts';
import type { LabelledText } from '../data-set.ts';

type Random = () => number;
type Pick = (random: Random) => string;

/** The hundred surnames that 85% of the population bear, commonest first. */
const commonestSurnames =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文';

/** Picks by weight, with one look-up of the sums. */
function weighted(items: readonly (readonly [string, number])[]): Pick {
  let total = 0;
  const sums = items.map(([, weight]) => (total += weight));
  return (random) => {
    const wanted = random() * total;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return items[low]?.[0] ?? '';
  };
}

const rareSurnames = [...plainSurnames, ...commonWordSurnames].filter((char) => !commonestSurnames.includes(char));
/** Rare surnames are picked more often than they are borne: there are many that the sets do not have. */
const pickSurname = weighted([
  ...commonestSurnames.split('').map((char, rank) => [char, 1 / (rank + 6)] as const),
  ...rareSurnames.map((char) => [char, 0.45 / rareSurnames.length] as const),
  ...[...compoundSurnames].map((surname) => [surname, 0.1 / compoundSurnames.size] as const),
]);

/** Picks characters as often as a role has them. */
function byRole(role: CharRole): Pick {
  const items: [string, number][] = [];
  for (let i = 0; i < charRoles.length; i += 7) {
    const unit = charRoles.charCodeAt(i);
    if (roleOf(unit, role) < 4) continue;
    items.push([charRoles.charAt(i), 2 ** (roleOf(unit, roles.frequency) * 1.76 + roleOf(unit, role) * 1.5)]);
  }
  return weighted(items);
}
const pickFirst = byRole(roles.first);
const pickSecond = byRole(roles.second);
const pickOnly = byRole(roles.only);
const pickModern = byRole(roles.modern);
const knownPairs = givenPairs.split(' ').flatMap((group) =>
  group
    .slice(1)
    .split('')
    .map((char) => group.charAt(0) + char),
);
const wordNames = [...wordsThatAreNames].filter((word) => word.length <= 3 && surnameLength(word, 0) > 0);
const oneOf = (list: readonly string[], random: Random): string => list[Math.floor(random() * list.length)] ?? '';

/** A full name: a surname and one to three characters, or an everyday word that begins with a surname. */
function inventName(random: Random, isWord: boolean): string {
  if (isWord) return oneOf(wordNames, random);
  const surname = pickSurname(random);
  const share = random();
  if (share < 0.17) return surname + (random() < 0.5 ? pickOnly : pickModern)(random);
  if (share < 0.22) return surname + pickModern(random).repeat(2);
  if (share < 0.42) return surname + oneOf(knownPairs, random);
  if (share < 0.72) return surname + pickModern(random) + pickModern(random);
  if (share < 0.99) return surname + pickFirst(random) + pickSecond(random);
  return surname + pickModern(random) + pickModern(random) + pickModern(random);
}

/** Surnames with a title look like full names; these are no such. */
const titled = /[生士师姐哥总工爷奶叔姨婶嫂任长理授员医板傅妈爸]$/u;

/** The text with its full names replaced by invented ones, each by the same one everywhere; undefined where it has none. */
export function renamePersons(text: LabelledText, random: Random): LabelledText | undefined {
  const names = new Map<string, string>();
  const persons = text.spans.filter(({ type }) => type === 'PERSON').toSorted((a, b) => a.start - b.start);
  for (const { start, end } of persons) {
    const name = text.text.slice(start, end);
    if (names.has(name) || !/^[\u4e00-\u9fff]{2,4}$/u.test(name) || surnameLength(name, 0) === 0 || titled.test(name))
      continue;
    const isWord = wordsThatAreNames.has(name);
    names.set(name, isWord && random() < 0.3 ? name : inventName(random, isWord));
  }
  if (names.size === 0) return undefined;
  let renamed = '';
  let from = 0;
  const spans: LabelledText['spans'] = [];
  for (const { start, end, type } of persons) {
    const name = text.text.slice(start, end);
    renamed += text.text.slice(from, start);
    spans.push({ start: renamed.length, end: renamed.length + (names.get(name) ?? name).length, type });
    renamed += names.get(name) ?? name;
    from = end;
  }
  return { ...text, text: renamed + text.text.slice(from), spans };
}
