import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

const value = String.raw`([A-Za-z]{0,4}[-/]?\d[A-Za-z0-9]{0,18}(?:[-/][A-Za-z0-9]{1,12}){0,3})(?![A-Za-z0-9])`;
const chinese = new RegExp(
  String.raw`(?:病历|病案|住院|门诊|急诊|病理|就诊卡?|诊疗卡?|登记|健康档案|档案|病人|患者|体检|透析|留观|影像|检查|放射|超声|就医)(?:编号|流水号|号码?|ID|卡号|序号)[为是:： #]{0,3}` +
    value,
  'giu',
);
const english = new RegExp(
  String.raw`\b(?:mrn|med(?:ical)? rec(?:ord)?s?(?: number| no\.?| id)?|record (?:number|no\.?)|unit (?:number|no\.?)|hospital (?:number|no\.?)|patient (?:id|number|no\.?)|chart(?: number| no\.?)?|(?:health|unit) record(?: number| no\.?)?|urn|pathology (?:number|no\.?)|encounter(?: id| number| no\.?)?)(?: is| was|)[ :#=]{1,4}` +
    value,
  'giu',
);

/** Each form behind a word without which it cannot occur; most texts have neither. */
const expressions = [
  [/[号ID卡序]/u, chinese],
  [/mrn|rec|unit|hospital|patient|chart|urn|pathology|encounter/iu, english],
] as const;

/** Numbers by which a care site knows a patient. They have no common form, so a label is needed. */
export function detectMedicalRecord(text: string): Span[] {
  if (!/\d{2}/u.test(text)) return [];
  const spans: Span[] = [];
  for (const [gate, expression] of expressions) {
    if (!gate.test(text)) continue;
    for (const match of matchesOf(text, expression)) {
      const number = match[1] ?? '';
      if (number.replaceAll(/\D/gu, '').length < 4) continue;
      const end = match.index + match[0].length;
      spans.push(span('medical_record', end - number.length, end, 'cued'));
    }
  }
  return spans;
}
