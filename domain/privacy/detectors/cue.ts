import { matchesOf } from './matches.ts';

/** How far a label may stand from the value it names, in UTF-16 code units. */
const reach = 28;

/**
 * Which of two groups of words stands nearer before `at`, within the same sentence and the line above at most: a label
 * of the wanted kind (`for`), of another kind (`against`), or none. The expressions must be global; they see at most
 * `reach` characters, so the cost of a candidate is constant.
 */
export function nearestCue(text: string, at: number, wanted: RegExp, other: RegExp): 'for' | 'against' | 'none' {
  const clause = clauseBefore(text, at);
  const near = lastEnd(clause, wanted);
  const far = lastEnd(clause, other);
  if (near < 0 && far < 0) return 'none';
  return near >= far ? 'for' : 'against';
}

/** The text before `at`, back to a sentence end, a second line break, or `reach`. */
function clauseBefore(text: string, at: number): string {
  let start = at;
  let lines = 0;
  while (start > 0 && at - start < reach) {
    const char = text.charAt(start - 1);
    if ('。！？!?；;'.includes(char)) break;
    if (char === '\n' && (lines += 1) > 1) break;
    start -= 1;
  }
  return text.slice(start, at);
}

/** End of the last match of a global expression, or -1. */
function lastEnd(text: string, expression: RegExp): number {
  let last = -1;
  for (const match of matchesOf(text, expression)) last = match.index + match[0].length;
  return last;
}
