/**
 * Unpacks a sorted word list in which each word is one digit, the number of letters it shares with the word before,
 * and the letters that are left: `0anna3e0bo` is anna, anne, bo. A third of the plain size.
 */
export function unpackFrontCoded(packed: string): Set<string> {
  const words = new Set<string>();
  let word = '';
  for (const match of packed.matchAll(/(\d)(\D*)/gu)) {
    word = word.slice(0, Number(match[1])) + (match[2] ?? '');
    words.add(word);
  }
  return words;
}
