import { span, type Span } from '../span.ts';
import { nearestCue } from './cue.ts';
import { matchesOf } from './matches.ts';

/** Province, authority letter, then five characters, or six on new-energy plates (GA 36-2018). */
const chinese =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z][ ·•・.-]?(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])/gu;
const western =
  /(?<![A-Za-z0-9-])(?:[A-Z]{1,3}[ -]?\d{1,4}[ -]?[A-Z]{0,3}|\d{1,4}[ -]?[A-Z]{1,3}[ -]?\d{0,4})(?![A-Za-z0-9-])/gu;
const plateCue = /\b(?:number |licen[cs]e )?plates?\b|\bregistration\b|\breg\b|车牌/giu;
const otherCue = /\border\b|\broom\b|\bflight\b|\bserial\b|\bbatch\b|\bref\b|\bplate (?:count|reader)\b/giu;

/** Vehicle plates: Chinese ones by their form, other countries' beside a label. */
export function detectPlate(text: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: found, index } of matchesOf(text, chinese)) {
    if ((found.match(/\d/gu)?.length ?? 0) >= 2) spans.push(span('plate', index, index + found.length, 'cued'));
  }
  if (!/plate|registration|\breg\b|车牌/iu.test(text)) return spans;
  for (const { 0: found, index } of matchesOf(text, western)) {
    const size = found.replaceAll(/[ -]/gu, '').length;
    if (size < 5 || size > 8 || !/\d/u.test(found)) continue;
    if (nearestCue(text, index, plateCue, otherCue) === 'for')
      spans.push(span('plate', index, index + found.length, 'cued'));
  }
  return spans;
}
