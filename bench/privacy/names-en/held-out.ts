/**
 * Leave-one-author-out figures for English names: for every set, a model is trained with all others and the invented
 * sentences, and finds the names of the set it has not seen. Sets made from patterns are held out by pattern.
 *
 *   npm run bench:privacy-held-out -- [DIR/presidio_en.jsonl] [-v]
 *
 * -v prints every miss and every error.
 */
import { createPersonDetectorEn } from '../../../domain/privacy/detectors/person-en.ts';
import { unpackNameModel } from '../../../domain/privacy/names-en/name-model.ts';
import { resolveOverlaps } from '../../../domain/privacy/resolve-overlaps.ts';
import { overlap, precision, recall, score, type Found, type Score } from '../score.ts';
import type { LabelledText } from '../data-set.ts';
import { otherSpans } from './examples.ts';
import { packModel } from './pack.ts';
import { inventedSet, readParts } from './sets.ts';
import { trainNameModel } from './train.ts';

const seed = 7;
const verbose = process.argv.includes('-v');
const parts = readParts(process.argv.slice(2).filter((argument) => argument !== '-v'));
const totals = new Map<string, Score>();

for (const held of parts) {
  const model = trainNameModel([...parts.filter((part) => part !== held), inventedSet(seed)], seed);
  const detect = createPersonDetectorEn(unpackNameModel(packModel(model)));
  const found = held.texts.map(({ text }) =>
    resolveOverlaps([...detect(text), ...otherSpans(text)]).filter(({ entity }) => entity === 'person'),
  );
  const [result] = score(held.texts, found).filter(({ entity }) => entity === 'person');
  if (result !== undefined) add(held.name, result);
  if (verbose) for (const [i, text] of held.texts.entries()) explain(text, found[i] ?? []);
}
print('set held out             marked  found  recall  precision');
for (const [name, result] of totals) {
  print(
    `${name.padEnd(24)} ${String(result.marked).padStart(6)} ${String(result.found).padStart(6)} ${recall(result).toFixed(3).padStart(7)} ${precision(result).toFixed(3).padStart(10)}`,
  );
}

function add(name: string, result: Score): void {
  const sum = totals.get(name) ?? { entity: 'person', marked: 0, missed: 0, found: 0, wrong: 0 };
  sum.marked += result.marked;
  sum.missed += result.missed;
  sum.found += result.found;
  sum.wrong += result.wrong;
  totals.set(name, sum);
}

function explain({ text, spans }: LabelledText, found: readonly Found[]): void {
  const persons = spans.filter(({ type }) => type === 'PERSON');
  const show = (label: string, { start, end }: { start: number; end: number }): void =>
    print(`${label} ${text.slice(start, end)} | ${text.replaceAll('\n', String.raw`\n`)}`);
  for (const mark of persons) if (!found.some((piece) => overlap(piece, mark))) show('MISS ', mark);
  for (const piece of found) if (!persons.some((mark) => overlap(piece, mark))) show('WRONG', piece);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
