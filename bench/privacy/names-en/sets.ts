import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readDataSet, type LabelledText } from '../data-set.ts';
import { inventedSentences } from '../invented-sentences.ts';
import type { TrainingSet } from './train.ts';

const fixtures = join(import.meta.dirname, '../../../test/fixtures/privacy');
const inventedWeight = 0.7;

/** Texts that are held out together: those of one author, or some of the patterns of a made set. */
export interface Part extends TrainingSet {
  name: string;
}

/**
 * The sets of the repository, one a part, and those named by path, whose patterns (`template`) are dealt out to
 * `madeParts` parts.
 */
export function readParts(paths: readonly string[], madeParts = 4): Part[] {
  const authored = readdirSync(fixtures)
    .filter((file) => /^(?:author\d+|written|medical)_en\.jsonl$/u.test(file))
    .toSorted()
    .map((file) => ({ name: file, texts: readDataSet(join(fixtures, file)), weight: 1 }));
  const made = paths.flatMap((path) => {
    const texts = readDataSet(path);
    return Array.from({ length: madeParts }, (_, part) => ({
      name: basename(path),
      texts: texts.filter(({ template }) => Number(template) % madeParts === part),
      weight: 1,
    }));
  });
  return [...authored, ...made];
}

/** Sentences with slots, filled from the name lists: never held out, always trained with. */
export function inventedSet(seed: number): { texts: LabelledText[]; weight: number } {
  return { texts: inventedSentences(4, seed), weight: inventedWeight };
}
