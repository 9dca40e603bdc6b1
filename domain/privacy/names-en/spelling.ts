import { fold } from './fold.ts';
import { emptyHash, hashUnit } from './hash.ts';
import { letterBits, simpleLetters } from './simple-letters.ts';

/** The folded letters of the word at hand, see fold.ts. There is one such word, as a text has thousands. */
export const letters = new Uint16Array(256);
/** The hashes of its beginnings: `beginnings[n]` is that of its first n letters. */
export const beginnings = new Int32Array(letters.length);

/** Makes the word at hand the one that `text` has from `start` to `end`; returns its letters' number, or that of what fits. */
export function spell(text: string, start: number, end: number): number {
  const length = end - start;
  if (length >= letters.length) return spellFolded(fold(text.slice(start, end)));
  let hash = emptyHash;
  for (let i = 0; i < length; i += 1) {
    const unit = text.charCodeAt(start + i);
    const letter = unit < simpleLetters.length ? simpleLetters[unit]! & letterBits : 0;
    if (letter === 0 && unit >= 0x80) return spellFolded(fold(text.slice(start, end)));
    beginnings[i] = hash;
    letters[i] = letter === 0 ? unit : letter;
    hash = hashUnit(hash, letters[i]!);
  }
  beginnings[length] = hash;
  return length;
}

/** The same for a word that is folded. */
export function spellFolded(folded: string): number {
  const length = folded.length < letters.length ? folded.length : letters.length - 1;
  let hash = emptyHash;
  for (let i = 0; i < length; i += 1) {
    beginnings[i] = hash;
    letters[i] = folded.charCodeAt(i);
    hash = hashUnit(hash, letters[i]!);
  }
  beginnings[length] = hash;
  return length;
}

/** Hash of the letters of the word at hand from `start` to `end`; it may go on from the hash of what stands before. */
export function hashOfLetters(start: number, end: number, before = emptyHash): number {
  let hash = before;
  for (let i = start; i < end; i += 1) hash = hashUnit(hash, letters[i]!);
  return hash;
}
