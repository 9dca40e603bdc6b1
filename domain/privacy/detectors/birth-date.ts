import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

const month =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const date = String.raw`(?:(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}|\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:${month})\.?,? (?:19|20)\d{2}|(?:${month})\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}|(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}[日号])?)`;
const labelBefore = new RegExp(
  String.raw`(?:\bd\.?o\.?b\b\.?|\bdate of birth|\bbirth ?da(?:te|y)|\bborn|出生日期|出生年月日?|出生时间|生日|出生|生于)(?: is| was| on| in|是|为|于|在|)[ :：]{0,3}(${date})`,
  'giu',
);
const labelAfter = new RegExp(String.raw`(${date})(?=[出]?生(?![产效成动命活意])|(?:,|)? (?:\(dob\)|birth))`, 'giu');
const labels = /d\.?o\.?b|birth|born|出生|生日|生于/iu;
/** `Surname, Given | 1990-02-17 |`: the header line of a chart. */
const chartHeader = new RegExp(String.raw`(?<=\p{L} ?[|/] ?)(${date})(?= ?[|/])`, 'giu');

/** The forms without a label in front, each with what has to be in the text for it. */
const unlabelled = [
  [/生|dob|birth/iu, labelAfter],
  [/[|/] ?\d/u, chartHeader],
] as const;

/** Dates of birth: a full date beside a word for birth, or in the header line of a chart. */
export function detectBirthDate(text: string): Span[] {
  if (!/\d{2}/u.test(text)) return [];
  const spans: Span[] = [];
  for (const match of labels.test(text) ? matchesOf(text, labelBefore) : []) {
    const end = match.index + match[0].length;
    spans.push(span('birth_date', end - (match[1]?.length ?? 0), end, 'cued'));
  }
  for (const [gate, expression] of unlabelled) {
    if (!gate.test(text)) continue;
    for (const match of matchesOf(text, expression)) {
      spans.push(span('birth_date', match.index, match.index + match[0].length, 'cued'));
    }
  }
  return spans;
}
