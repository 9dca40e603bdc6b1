/**
 * What single characters are, for all rooms of this folder in one table: a text touches one place of memory for each of
 * its characters, where a table for each question would not fit the caches of a processor.
 */
const flagsOf = new Int32Array(0x1_0000);
let used = 0;

/** One bit of the table, set for some characters. */
export type CharFlag = number;

/** Marks the first UTF-16 unit of each of `chars`. */
export function charFlag(chars: Iterable<string>): CharFlag {
  if (used === 32) throw new Error('more flags than bits');
  const flag = 1 << used;
  used += 1;
  for (const char of chars) {
    const unit = char.charCodeAt(0);
    flagsOf[unit] = (flagsOf[unit] ?? 0) | flag;
  }
  return flag;
}

/** Bits of a UTF-16 unit; 0 for what lies outside of a text, NaN. */
export const flagsAt = (text: string, at: number): number =>
  at >= 0 && at < text.length ? (flagsOf[text.charCodeAt(at)] ?? 0) : 0;
export const isUnit = (unit: number, flag: CharFlag): boolean => ((flagsOf[unit] ?? 0) & flag) !== 0;
/** True where `text` has such a character at `at`. */
export const isAt = (text: string, at: number, flag: CharFlag): boolean => (flagsAt(text, at) & flag) !== 0;
