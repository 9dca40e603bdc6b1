import { fold } from './fold.ts';
import { emptyHash, hashOf, hashUnit } from './hash.ts';
import { shapeOf, simpleShape } from './shape.ts';
import { capitalShift, letterBits, simpleLetters } from './simple-letters.ts';
import { Token } from './token.ts';

/** Longer runs of letters are no words of a text, and looking into them would cost the square of their length. */
const longestWord = 60;

/** Words in text order; pieces of mail addresses, URLs, handles and part numbers are left out. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let gapStart = -1;
  for (let at = 0; at < text.length; at += 1) {
    if (!isLetter(text.charCodeAt(at))) continue;
    const start = at;
    let hash = emptyHash;
    let capitals = 0;
    let joints = 0;
    let hyphenated = false;
    let simple = true;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      // Most letters are one of these; the rest of the loop would do for them too.
      if (unit >= 97 && unit <= 122) {
        hash = hashUnit(hash, unit);
        continue;
      }
      const letter = unit < simpleLetters.length ? simpleLetters[unit]! : 0;
      if (letter !== 0) {
        capitals += letter >> capitalShift;
        hash = hashUnit(hash, letter & letterBits);
      } else if (isJoint(text, at)) {
        joints += 1;
        hyphenated ||= unit === hyphen;
        hash = hashUnit(hash, unit === hyphen ? hyphen : apostrophe);
      } else if (isLetter(unit)) simple = false;
      else break;
    }
    if (at - start > longestWord || followsAddress(text, start) || joinsAddress(text, at)) continue;
    const possessive = at - start > 2 && isPossessive(text, at);
    const end = possessive ? at - 2 : at;
    if (possessive || !simple) {
      const word = text.slice(start, end);
      tokens.push(new Token(text, gapStart, start, end, shapeOf(word), possessive, hashOf(fold(word)), hyphenated));
    } else {
      const shape = simpleShape(text, start, end, capitals, end - start - joints);
      tokens.push(new Token(text, gapStart, start, end, shape, possessive, hash, hyphenated));
    }
    gapStart = at;
  }
  return tokens;
}

const hyphen = 45;
const apostrophe = 39;

/** Latin, Greek, Cyrillic, Armenian and Georgian letters and combining marks; by range, since it runs on every unit. */
function isLetter(unit: number): boolean {
  if (unit < 0x80) return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);
  return (
    (unit >= 0xc0 && unit < 0x590 && unit !== 0xd7 && unit !== 0xf7) ||
    (unit >= 0x10a0 && unit < 0x1100) ||
    (unit >= 0x1e00 && unit < 0x2000)
  );
}

/** An apostrophe or hyphen between two letters. */
function isJoint(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (unit === 39 || unit === 0x2019 || unit === 45) && at + 1 < text.length && isLetter(text.charCodeAt(at + 1));
}

/** `@ / \ _ #` and digits. */
function partOfAddress(unit: number): boolean {
  return unit === 64 || unit === 47 || unit === 92 || unit === 95 || unit === 35 || (unit >= 48 && unit <= 57);
}

/** `@Freja` at the start of a word calls somebody; what is longer is a handle, which no word joins. */
function followsAddress(text: string, start: number): boolean {
  if (start === 0 || !partOfAddress(text.charCodeAt(start - 1))) return false;
  return text.charCodeAt(start - 1) !== 64 || (start > 1 && !/\s/u.test(text.charAt(start - 2)));
}

function joinsAddress(text: string, end: number): boolean {
  if (end === text.length) return false;
  const unit = text.charCodeAt(end);
  if (unit !== 46 || end + 1 === text.length) return partOfAddress(unit);
  const next = text.charCodeAt(end + 1);
  return (next >= 97 && next <= 122) || (next >= 48 && next <= 57);
}

/** True where `'s`, `’s` or `'S` stands before `end`. */
function isPossessive(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1);
  const joint = text.charCodeAt(end - 2);
  return (last === 115 && (joint === 39 || joint === 0x2019)) || (last === 83 && joint === 39);
}
