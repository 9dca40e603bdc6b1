import { readFileSync } from 'node:fs';

/** One text with the personal data that people marked in it; offsets are UTF-16 code units. */
export interface LabelledText {
  id: string;
  /** Sentence pattern it was made from, where there is one. */
  template?: string | number;
  text: string;
  spans: { start: number; end: number; type: string }[];
}

/** Reads a file of one JSON object a line. */
export function readDataSet(path: string): LabelledText[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as LabelledText);
}
