import { chineseRegions } from '../lexicons/chinese-regions.ts';
import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

/** A street, village or estate with a house number: the part without which a place is no address. */
const numbered =
  /(?:路|街|道|巷|弄|里|胡同|村|庄|屯|小区|花园|公寓|新村|大院|家园|苑|园|组|队|镇|坊|湾|城|期|区)(?:[东西南北中]段)?[0-9０-９一二三四五六七八九十百]{1,5}(?:[-—–之][0-9]{1,4})?(?:号|弄|栋|幢|座|单元|室|组|楼)/gu;
/** What may follow: further units, and an estate's or building's name that a unit follows again. */
const detail =
  /^(?:[\u4e00-\u9fffA-Za-z]{0,12}?[0-9A-Za-z一二三四五六七八九十]{1,5}(?:[-—–][0-9]{1,4})?(?:号楼|号院|号|弄|栋|幢|座|单元|楼层|楼|层|室|户|门)|[-—–]?[0-9]{2,5}(?:[-—–][0-9]{1,4}){0,2}(?:室)?(?![0-9年月日元]))/u;
/** Where an address cannot go on to the left. */
const stop = /[^\u4e00-\u9fff0-9A-Za-z·（）()-]/u;
const verbs =
  /家住|住在|住址|地址|位于|搬到|搬至|搬去|寄到|寄回|寄往|寄至|送到|送至|发到|配送|回到|来自|住|在|到|去|往|至|从|是|为|于|叫/gu;

/** Chinese postal addresses, down to a house number. */
export function detectAddressZh(text: string): Span[] {
  const spans: Span[] = [];
  let covered = 0;
  for (const match of matchesOf(text, numbered)) {
    if (match.index < covered) continue;
    const start = addressStart(text, match.index, covered);
    if (match.index - start < 1) continue;
    covered = addressEnd(text, match.index + match[0].length);
    spans.push(span('address', start, covered, 'cued'));
  }
  return spans;
}

/** Back to the first region name in reach; without one, to the last verb or stop before the street's name. */
function addressStart(text: string, street: number, from: number): number {
  let reach = street;
  while (reach > from && street - reach < 30 && !stop.test(text.charAt(reach - 1))) reach -= 1;
  const before = text.slice(reach, street);
  for (let i = 0; i < before.length; i += 1) {
    for (let size = 4; size >= 2; size -= 1) if (chineseRegions.has(before.slice(i, i + size))) return reach + i;
  }
  const county = before.search(/[\u4e00-\u9fff]{2,3}(?:[区县市旗]|街道)/u);
  let last = 0;
  for (const match of matchesOf(before, verbs))
    if (match.index + match[0].length < before.length) last = match.index + match[0].length;
  if (last === 0 && county >= 0) return reach + county;
  return Math.max(reach + last, street - 12);
}

function addressEnd(text: string, from: number): number {
  let end = from;
  for (let parts = 0; parts < 6; parts += 1) {
    const more = detail.exec(text.slice(end, end + 32));
    if (more === null) break;
    end += more[0].length;
  }
  return end;
}
