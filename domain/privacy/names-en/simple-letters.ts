import { fold } from './fold.ts';

/** In `simpleLetters`: the bits of the folded letter, and whether it is a capital. */
export const letterBits = 0x7f;
export const capitalShift = 7;

/** The letters by their unit, as far as one folds to one letter of ASCII whatever stands beside it; 0 for all other units. */
export const simpleLetters = new Uint8Array(0x250);
for (let unit = 0; unit < simpleLetters.length; unit += 1) {
  const letter = String.fromCharCode(unit);
  const folded = fold(letter);
  if (!/\p{L}/u.test(letter) || !/^[a-z]$/u.test(folded)) continue;
  simpleLetters[unit] = folded.charCodeAt(0) | (letter.toLowerCase() === letter ? 0 : 1 << capitalShift);
}
