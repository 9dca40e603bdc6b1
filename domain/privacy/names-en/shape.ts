import { capitalShift, simpleLetters } from './simple-letters.ts';

/** How a word is written. */
export type Shape = 'title' | 'upper' | 'lower' | 'initial' | 'camel';

/** The shape of the word from `start` to `end`, which has so many capitals among so many letters, all of them simple. */
export function simpleShape(text: string, start: number, end: number, capitals: number, letters: number): Shape {
  if (capitals === 0 || simpleLetters[text.charCodeAt(start)]! >> capitalShift === 0) return 'lower';
  if (end - start === 1) return 'initial';
  if (capitals === 1) return 'title';
  return capitals === letters ? 'upper' : shapeOf(text.slice(start, end));
}

export function shapeOf(word: string): Shape {
  const first = word.charCodeAt(0);
  if (first >= 97 && first <= 122) return 'lower';
  if (word.charAt(0).toLowerCase() === word.charAt(0)) return 'lower';
  if (word.length === 1) return 'initial';
  const rest = word.slice(1);
  if (rest === rest.toLowerCase()) return 'title';
  if (word === word.toUpperCase()) return 'upper';
  const inner = word
    .replace(/^(?:Mac|Mc|De|La|Le|Di|Du|Van|O['’]|D['’]|Fitz)(?=\p{Lu})/u, '')
    .replaceAll(/['’-]\p{Lu}/gu, '');
  return /\p{Lu}/u.test(inner.slice(1)) ? 'camel' : 'title';
}
