import { describeDetails, describeShape } from '../../../domain/privacy/names-zh/describe-shape.ts';
import { describeLeft, describeRight } from '../../../domain/privacy/names-zh/describe-sides.ts';
import { possibleNames } from '../../../domain/privacy/names-zh/find-names.ts';
import { readLattice } from '../../../domain/privacy/names-zh/lattice.ts';
import { hashedStep, hashedWeightsOf, ownStep, type NameModel } from '../../../domain/privacy/names-zh/model.ts';
import { clear, createNotes, ownRows, type Notes } from '../../../domain/privacy/names-zh/rows.ts';
import { createChineseContext } from '../../../domain/privacy/names-zh/surroundings.ts';
import type { LabelledText } from '../data-set.ts';
import { seededRandom } from '../../../test/chaos/seeded-random.ts';
import { shuffle } from '../shuffle.ts';
import { renamePersons } from './rename-persons.ts';

/** One candidate: numbers of what is said about it, hashes counted from `ownRows` on. */
interface Example {
  said: Int32Array;
  isName: boolean;
  weight: number;
}

/** All candidates of one text and of its copies with other names. */
export type TextExamples = readonly Example[];

/** Copies of a text with other names; each counts half of the text itself, all together as one text. */
const copies = 2;
/** A missed name costs more than a masked word. */
const nameWeight = 1.5;
/** A candidate that only overlaps a name is hardly an error, and there are many of them for each name. */
const overlapWeight = 0.06;
/** Hashed things that fewer texts have are not learned. */
const leastTexts = 2;
const epochs = 12;
const stepSize = 0.1;
const ridge = 1e-5;
/** Shares of what is said that are left out at random, so that no single word or character is relied on. */
const dropHashed = 0.4;
const dropOwn = 0.06;
/** From here on the weights of all epochs are averaged. */
const averageFrom = 0.5;

/** Everything that a text teaches; the same random numbers give the same copies. */
export function examplesOf(text: LabelledText, weight: number, random: () => number): TextExamples {
  const renamed: LabelledText[] = [];
  for (let copy = 0; copy < copies; copy += 1) {
    const other = renamePersons(text, random);
    if (other !== undefined) renamed.push(other);
  }
  const share = weight / (1 + renamed.length / 2);
  return [...describe(text, share), ...renamed.flatMap((other) => describe(other, share / 2))];
}

function describe({ text, spans }: LabelledText, weight: number): Example[] {
  const context = createChineseContext(readLattice(text));
  const persons = spans.filter(({ type }) => type === 'PERSON');
  const notes = createNotes();
  const examples: Example[] = [];
  possibleNames(context, (candidate) => {
    clear(notes);
    describeLeft(context, candidate.start, notes);
    describeRight(context, candidate.end, notes);
    describeShape(context, candidate, notes);
    describeDetails(context, candidate, notes);
    const isName = persons.some(({ start, end }) => start === candidate.start && end === candidate.end);
    const overlaps = persons.some(({ start, end }) => start < candidate.end && candidate.start < end);
    const factor = isName ? nameWeight : overlaps ? overlapWeight : 1;
    examples.push({ said: saidIn(notes), isName, weight: weight * factor });
  });
  return examples;
}

function saidIn({ rows, count, hashes, hashCount }: Notes): Int32Array {
  const said = new Int32Array(count + hashCount);
  said.set(rows.subarray(0, count));
  for (let i = 0; i < hashCount; i += 1) said[count + i] = ownRows + (hashes[i] ?? 0);
  return said;
}

/** A model as it is packed: weights are whole steps. */
export interface TrainedModel extends NameModel {
  /** Hashes, in ascending order, and their weights in `hashedStep`. */
  known: readonly (readonly [hash: number, steps: number])[];
}

/** Logistic regression by Adagrad. Deterministic for one seed. */
export function trainModel(texts: readonly TextExamples[], seed: number): TrainedModel {
  const random = seededRandom(seed).next;
  const rows = numberHashes(texts);
  const examples = texts.flat().map(({ said, isName, weight }) => ({ said: withRows(said, rows), isName, weight }));
  const count = ownRows + rows.size;
  const weights = new Float32Array(count);
  const scale = new Float32Array(count).fill(1e-3);
  const sums = new Float64Array(count);
  let bias = -3;
  let biasScale = 1e-3;
  let biasSum = 0;
  let averaged = 0;
  const kept = new Int32Array(512);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const rate = stepSize * (1 - (0.8 * epoch) / epochs);
    shuffle(examples, random);
    for (const { said, isName, weight } of examples) {
      let size = 0;
      let odds = bias;
      for (const row of said) {
        if (random() < (row < ownRows ? dropOwn : dropHashed)) continue;
        kept[size] = row;
        size += 1;
        odds += weights[row] ?? 0;
      }
      const error = (1 / (1 + Math.exp(-odds)) - (isName ? 1 : 0)) * weight;
      if (Math.abs(error) < 1e-3) continue;
      biasScale += error * error;
      bias -= (rate * error) / Math.sqrt(biasScale);
      for (let i = 0; i < size; i += 1) {
        const row = kept[i] ?? 0;
        const slope = error + (row < ownRows ? ridge / 4 : ridge) * (weights[row] ?? 0);
        scale[row] = (scale[row] ?? 0) + slope * slope;
        weights[row] = (weights[row] ?? 0) - (rate * slope) / Math.sqrt(scale[row] ?? 1);
      }
    }
    if (epoch < epochs * averageFrom) continue;
    averaged += 1;
    biasSum += bias;
    for (let row = 0; row < count; row += 1) sums[row] = (sums[row] ?? 0) + (weights[row] ?? 0);
  }
  const mean = (row: number): number => (sums[row] ?? 0) / averaged;
  const known = [...rows]
    .map(([hash, row]) => [hash, inSteps(mean(row), hashedStep, 0x7f)] as const)
    .filter(([hash, steps]) => hash > 0 && steps !== 0)
    .toSorted(([a], [b]) => a - b);
  return {
    bias: biasSum / averaged,
    own: Float32Array.from({ length: ownRows }, (_, row) => inSteps(mean(row), ownStep, 0x7fff) * ownStep),
    hashed: hashedWeightsOf(known),
    known,
  };
}

function inSteps(value: number, step: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, Math.round(value / step)));
}

/** Hash → row, for hashes that enough texts have. */
function numberHashes(texts: readonly TextExamples[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const examples of texts) {
    const here = new Set<number>();
    for (const { said } of examples) for (const one of said) if (one > ownRows) here.add(one - ownRows);
    for (const hash of here) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  const rows = new Map<number, number>();
  for (const [hash, count] of counts) if (count >= leastTexts) rows.set(hash, ownRows + rows.size);
  return rows;
}

function withRows(said: Int32Array, rows: ReadonlyMap<number, number>): Int32Array {
  const found: number[] = [];
  for (const one of said) {
    const row = one < ownRows ? one : rows.get(one - ownRows);
    if (row !== undefined) found.push(row);
  }
  return Int32Array.from(found);
}
