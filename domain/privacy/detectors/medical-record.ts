import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

const value = String.raw`([A-Za-z]{0,4}[-/]?\d[A-Za-z0-9]{0,18}(?:[-/][A-Za-z0-9]{1,12}){0,3})(?![A-Za-z0-9])`;
const chineseLabel =
  '(?:病历|病案|住院|门诊|急诊|病理|就诊卡?|诊疗卡?|登记|健康档案|档案|病人|患者|体检|透析|留观|影像|检查|放射|超声|就医)(?:编号|流水号|号码?|ID|卡号|序号)';
const chinese = new RegExp(
  String.raw`${chineseLabel}(?:好像|应该|大概|就|写的?|改成|换成){0,2}[为是:： #]{0,3}` + value,
  'giu',
);
const english = new RegExp(
  String.raw`\b(?:mrn|med(?:ical)? rec(?:ord)?s?(?: number| no\.?| id)?|record (?:number|no\.?)|unit (?:number|no\.?)|hospital (?:number|no\.?)|(?:in|out)-?patient (?:number|no\.?|id)|patient (?:id|number|no\.?)|chart(?: number| no\.?)?|(?:health|unit) record(?: number| no\.?)?|urn|pathology (?:number|no\.?)|encounter(?: id| number| no\.?)?)(?: is| was|)[ :#=]{1,4}` +
    value,
  'giu',
);

/** `M7730215是我的病历号`, `B-20931 is her MRN`: the label comes after. */
const labelledAfter = new RegExp(
  String.raw`(?<![A-Za-z0-9/-])([A-Za-z]{0,4}-?\d[A-Za-z0-9-]{3,18})(?:(?:这个)?[是为](?:[我你他她它]?们?[爸妈孩子家]{0,2}的?|本人)?${chineseLabel}| is (?:my|his|her|their|the) (?:mrn|(?:medical|hospital) (?:record )?(?:number|no\.?)))`,
  'giu',
);

/** Each form behind a word without which it cannot occur; most texts have neither. */
const expressions = [
  [/[号ID卡序]/u, chinese, 'after'],
  [/mrn|rec|unit|hospital|patient|chart|urn|pathology|encounter/iu, english, 'after'],
  [/[是为]|is (?:my|his|her|their|the)/iu, labelledAfter, 'before'],
] as const;

/** Numbers by which a care site knows a patient. They have no common form, so a label is needed. */
export function detectMedicalRecord(text: string): Span[] {
  if (!/\d{2}/u.test(text)) return [];
  const spans: Span[] = [];
  for (const [gate, expression, side] of expressions) {
    if (!gate.test(text)) continue;
    for (const match of matchesOf(text, expression)) {
      const number = match[1] ?? '';
      if (number.replaceAll(/\D/gu, '').length < 4) continue;
      const end = side === 'after' ? match.index + match[0].length : match.index + number.length;
      spans.push(span('medical_record', end - number.length, end, 'cued'));
    }
  }
  return spans;
}
