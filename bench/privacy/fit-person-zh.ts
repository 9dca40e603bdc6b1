/**
 * Fits domain/privacy/names-zh/weights.ts and prints the file: the model of Chinese names, from the sets of
 * test/fixtures/privacy, all CC0, and nothing else. With --held-out it fits one model for each
 * author, from all others, and prints what it finds in the author's texts, which it has never seen.
 *
 *   npm run privacy:fit-names-zh > domain/privacy/names-zh/weights.ts
 *   npm run privacy:fit-names-zh -- --held-out [--verbose] [AUTHOR …]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { detectPersonEn } from '../../domain/privacy/detectors/person-en.ts';
import { findNames } from '../../domain/privacy/names-zh/find-names.ts';
import { ownStep, type NameModel } from '../../domain/privacy/names-zh/model.ts';
import { readDataSet, type LabelledText } from './data-set.ts';
import { seededRandom } from '../../test/chaos/seeded-random.ts';
import { examplesOf, trainModel, type TextExamples } from './names-zh/train.ts';
import { overlap } from './score.ts';

const fixtures = join(import.meta.dirname, '../../test/fixtures/privacy');
/** Who wrote the sets, and how much each of their texts counts. */
const authors: readonly { name: string; files: readonly string[]; weight: number }[] = [
  { name: 'pii', files: [join(fixtures, 'pii_zh.jsonl')], weight: 2 },
  { name: 'hard', files: [join(fixtures, 'hard_zh.jsonl')], weight: 1 },
  { name: 'written', files: [join(fixtures, 'written_zh.jsonl')], weight: 1 },
  {
    name: 'plain',
    files: ['ordinary', 'styled', 'unseen'].map((set) => join(fixtures, `${set}_zh.jsonl`)),
    weight: 1,
  },
  ...Array.from({ length: 12 }, (_, at) => ({
    name: `author ${at + 1}`,
    files: [join(fixtures, `author${at + 1}_zh.jsonl`)],
    weight: 1,
  })),
];
const seed = 20_261_129;
/** Log-odds from which on a candidate is a name: chosen by the held-out figures, where recall and precision meet. */
const threshold = -0.5;

const { values, positionals } = parseArgs({
  options: { 'held-out': { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const sets = authors.map(({ name, files, weight }, at) => {
  const random = seededRandom(seed + at).next;
  const texts = files.flatMap((file) => readDataSet(file));
  return { name, texts, examples: texts.map((text) => examplesOf(text, weight, random)) };
});
if (values['held-out']) printHeldOut();
else printWeights(sets.flatMap(({ examples }) => examples));

function printHeldOut(): void {
  print('held out    marked  recall  precision');
  const all = { marked: 0, missed: 0, found: 0, wrong: 0 };
  for (const { name, texts } of sets) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const others = sets.filter((set) => set.name !== name).flatMap(({ examples }) => examples);
    const model = withThreshold(trainModel(others, seed));
    const figures = count(texts, model);
    for (const key of ['marked', 'missed', 'found', 'wrong'] as const) all[key] += figures[key];
    printFigures(name, figures);
  }
  printFigures('all', all);
}

interface Figures {
  marked: number;
  missed: number;
  found: number;
  wrong: number;
}

/** By overlap, with the names in Latin letters that the other detector finds. */
function count(texts: readonly LabelledText[], model: NameModel): Figures {
  const figures: Figures = { marked: 0, missed: 0, found: 0, wrong: 0 };
  for (const { text, spans } of texts) {
    const persons = spans.filter(({ type }) => type === 'PERSON');
    const chinese = findNames(text, model);
    const found = [
      ...chinese,
      ...detectPersonEn(text).filter((name) => !chinese.some((other) => overlap(name, other))),
    ];
    const missed = persons.filter((person) => !found.some((name) => overlap(name, person)));
    const wrong = found.filter((name) => !persons.some((person) => overlap(name, person)));
    figures.marked += persons.length;
    figures.missed += missed.length;
    figures.found += found.length;
    figures.wrong += wrong.length;
    if (!values.verbose) continue;
    for (const { start, end } of missed) print(`  missed ${text.slice(start, end)}: ${text}`);
    for (const { start, end } of wrong) print(`  wrong ${text.slice(start, end)}: ${text}`);
  }
  return figures;
}

function printFigures(name: string, { marked, missed, found, wrong }: Figures): void {
  const recall = ((marked - missed) / marked).toFixed(3);
  const precision = ((found - wrong) / found).toFixed(3);
  print(`${name.padEnd(10)}  ${String(marked).padStart(6)}   ${recall}      ${precision}`);
}

function withThreshold<Model extends NameModel>(model: Model): Model {
  return { ...model, bias: model.bias - threshold };
}

function printWeights(examples: readonly TextExamples[]): void {
  const { bias, own, known } = withThreshold(trainModel(examples, seed));
  const used = own.findLastIndex((weight) => weight !== 0) + 1;
  const numbered = Buffer.alloc(used * 2);
  for (const [at, weight] of own.subarray(0, used).entries()) numbered.writeInt16LE(weight / ownStep, at * 2);
  const hashed = Buffer.alloc(known.length * 4);
  for (const [at, [hash, steps]] of known.entries()) {
    hashed.writeUIntLE(hash, at * 4, 3);
    hashed.writeInt8(steps, at * 4 + 3);
  }
  print(`/**
 * The model of Chinese names, fitted and printed by bench/privacy/fit-person-zh.ts, which names the sets: weights in
 * log-odds. Even odds are the threshold.
 */
export const bias = ${bias.toFixed(3)};

/** Weights of numbered things (rows.ts): 16 bits each, little-endian, in steps of 1/1024; base64. */
export const ownWeights =
  '${numbered.toString('base64')}';

/** Hash in three bytes, little-endian, and weight in one, in steps of 1/32; base64. */
export const hashedWeights =
  '${hashed.toString('base64')}';`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
