import type { Candidate } from './candidates.ts';
import { describeShape } from './describe-shape.ts';
import { describeLeft, describeRight } from './describe-sides.ts';
import { createNotes, hashes, ownRows } from './rows.ts';
import { scratch } from './scratch.ts';
import type { ChineseContext } from './surroundings.ts';
import { bias, hashedWeights, ownWeights } from './weights.ts';

/** A linear model: log-odds that a candidate is a name are the sum of the weights of what can be said about it. */
export interface NameModel {
  bias: number;
  /** Weights of the first `ownRows` rows. */
  own: Float32Array;
  /** Weights of the other rows, in steps of `hashedStep`, by hash. */
  hashed: HashedWeights;
}

/** A hash table with linear probing: hash × 256 + weight, from -128 to 127 steps; 0 where a slot is empty. */
export type HashedWeights = Int32Array;

/** Steps of the weights as they are packed. */
export const ownStep = 1 / 1024;
export const hashedStep = 1 / 32;

/** Its length is a power of two. Hash 0 cannot be in it. */
export function hashedWeightsOf(entries: readonly (readonly [hash: number, steps: number])[]): HashedWeights {
  let size = 2;
  while (size < entries.length * 3) size *= 2;
  const table = new Int32Array(size);
  for (const [hash, steps] of entries) {
    let slot = hash & (size - 1);
    while (table[slot] !== 0) slot = (slot + 1) & (size - 1);
    table[slot] = (hash << 8) | (steps & 0xff);
  }
  return table;
}

/** Sum of the weights of the first `count` rows. */
function sumOf({ own, hashed }: NameModel, rows: Int32Array, count: number): number {
  const last = hashed.length - 1;
  let sum = 0;
  let steps = 0;
  for (let i = 0; i < count; i += 1) {
    const row = rows[i] ?? 0;
    if (row < ownRows) {
      sum += own[row] ?? 0;
      continue;
    }
    const hash = row - ownRows;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const entry = hashed[slot] ?? 0;
      if (entry >>> 8 === hash) steps += (entry << 24) >> 24;
      if (entry === 0 || entry >>> 8 === hash) break;
    }
  }
  return sum + steps * hashedStep;
}

function bytesOf(packed: string): Uint8Array {
  return Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
}

function unpackShipped(): NameModel {
  const ownView = new DataView(bytesOf(ownWeights).buffer);
  const own = new Float32Array(ownRows);
  for (let at = 0; at * 2 < ownView.byteLength; at += 1) own[at] = ownView.getInt16(at * 2, true) * ownStep;
  const view = new DataView(bytesOf(hashedWeights).buffer);
  const entries: [number, number][] = [];
  for (let at = 0; at < view.byteLength; at += 4)
    entries.push([view.getUint32(at, true) & (hashes - 1), view.getInt8(at + 3)]);
  return { bias, own, hashed: hashedWeightsOf(entries) };
}

/** The model in use: fitted by bench/privacy/fit-person-zh.ts. */
export const shippedModel: NameModel = unpackShipped();

/** No name is good enough to stand between things that speak against one so much, or one in a thousand. */
const hopeless = -3;

/** Log-odds above the threshold; what stands at a place of the text is weighed once for all candidates. */
export type Judge = (candidate: Candidate) => number;

const notes = createNotes();
const leftsFor = scratch((size) => new Float64Array(size));
const rightsFor = scratch((size) => new Float64Array(size));

/** Prepares for judging the candidates of one text. */
export function createJudge(context: ChineseContext, model: NameModel): Judge {
  const places = context.text.length + 1;
  const lefts = leftsFor(places);
  const rights = rightsFor(places);
  return (candidate) => {
    const { start, end } = candidate;
    let left = lefts[start] ?? 0;
    if (left === 0) {
      notes.count = 0;
      describeLeft(context, start, notes);
      lefts[start] = left = sumOf(model, notes.rows, notes.count);
    }
    let right = rights[end] ?? 0;
    if (right === 0) {
      notes.count = 0;
      describeRight(context, end, notes);
      rights[end] = right = sumOf(model, notes.rows, notes.count);
    }
    if (left + right < hopeless) return left + right;
    notes.count = 0;
    describeShape(context, candidate, notes);
    return model.bias + left + right + sumOf(model, notes.rows, notes.count);
  };
}
