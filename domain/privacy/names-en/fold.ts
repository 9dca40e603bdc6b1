const specials: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  þ: 'th',
  ð: 'd',
  ı: 'i',
  œ: 'oe',
  '’': "'",
};

/** Lower case without diacritics, as the name lexicons are written: `Szöllösy` → `szollosy`, `Łódź` → `lodz`. */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  for (let i = 0; i < lower.length; i += 1) if (lower.charCodeAt(i) > 0x7f) return foldLetters(lower);
  return lower;
}

function foldLetters(lower: string): string {
  return lower
    .replaceAll(/[ßøłđæþðıœ’]/gu, (letter) => specials[letter] ?? letter)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');
}
