import { minorityNameParts, singleMinorityNames } from '../lexicons/chinese-name-words.ts';
import { charFlag } from './characters.ts';
import type { ChineseContext } from './surroundings.ts';

/** First characters of what minorityNameEnd finds. */
export const minorityStarts = charFlag(
  minorityNameParts.filter((part) => part.length > 1).map((part) => part.charAt(0)),
);
const parts = new Set(minorityNameParts);
const longestPart = Math.max(...minorityNameParts.map((part) => part.length));

const longestName = 12;

/** End of a name of two or more known parts, or of one that stands alone, that begins at `at`; -1 where there is none. */
export function minorityNameEnd(context: ChineseContext, at: number): number {
  const { text } = context;
  const first = partLength(text, at, 2);
  if (first === 0) return -1;
  let end = at + first;
  for (let size = partLength(text, end, 1); size > 0 && end - at < longestName; size = partLength(text, end, 1))
    end += size;
  if (end - at > first) return end - at > 2 && !context.ordinaryAt(at, end - at) ? end : -1;
  const alone = singleMinorityNames.has(text.slice(at, end));
  return alone && (context.left(at) === 'strong' || !/unknown|word/u.test(context.right(end))) ? end : -1;
}

/** Length of the longest part of at least `shortest` characters at `at`, or 0. */
function partLength(text: string, at: number, shortest: number): number {
  for (let size = longestPart; size >= shortest; size -= 1) if (parts.has(text.slice(at, at + size))) return size;
  return 0;
}
