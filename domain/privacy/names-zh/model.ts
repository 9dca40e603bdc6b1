import type { Candidate } from './candidates.ts';
import { describeDetails, describeShape } from './describe-shape.ts';
import { describeLeft, describeRight } from './describe-sides.ts';
import { clear, createNotes, hashRange, ownRows, type Notes } from './rows.ts';
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

export interface HashedWeights {
  /** A hash table with linear probing: hash × 256 + weight, from -128 to 127 steps; 0 where a slot is empty. */
  table: Int32Array;
  /** One bit for each of the last 19 bits of a hash: most that is looked up is not there, and this fits a cache. */
  present: Int32Array;
}

/** Steps of the weights as they are packed. */
export const ownStep = 1 / 1024;
export const hashedStep = 1 / 32;

const presentMask = 0x7_ffff;

/** Lengths are powers of two. Hash 0 cannot be in it. */
export function hashedWeightsOf(entries: readonly (readonly [hash: number, steps: number])[]): HashedWeights {
  let size = 2;
  while (size < entries.length * 1.5) size *= 2;
  const table = new Int32Array(size);
  const present = new Int32Array((presentMask + 1) / 32);
  for (const [hash, steps] of entries) {
    let slot = hash & (size - 1);
    while (table[slot] !== 0) slot = (slot + 1) & (size - 1);
    table[slot] = (hash << 8) | (steps & 0xff);
    const bit = hash & presentMask;
    present[bit >>> 5] = (present[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
  return { table, present };
}

/** Sum of the weights of all that was noted. */
function sumOf({ own, hashed }: NameModel, { rows, count, hashes, hashCount }: Notes): number {
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += own[rows[i] ?? 0] ?? 0;
  const { table, present } = hashed;
  const last = table.length - 1;
  let steps = 0;
  for (let i = 0; i < hashCount; i += 1) {
    const hash = hashes[i] ?? 0;
    if ((((present[(hash & presentMask) >>> 5] ?? 0) >>> (hash & 31)) & 1) === 0) continue;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const entry = table[slot] ?? 0;
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
    entries.push([view.getUint32(at, true) & (hashRange - 1), view.getInt8(at + 3)]);
  return { bias, own, hashed: hashedWeightsOf(entries) };
}

/** The model in use: fitted by bench/privacy/fit-person-zh.ts. */
export const shippedModel: NameModel = unpackShipped();

/** What a candidate gets that is not looked at to the end. */
const hopeless = -9;
/** Nobody's name stands where a place, or both sides together, speak against one so much: one in a thousand does. */
const hopelessLeft = -2.4;
const hopelessSides = -0.9;
/** Nor does what single characters and words say lift it above the threshold from here. */
const hopelessShape = -1.9;

/** Judges the candidates of one text; what stands at a place of the text is weighed once for all of them. */
export interface Judge {
  /** False where what stands before the place speaks against any name. */
  mayBegin: (start: number) => boolean;
  /** Log-odds above the threshold. */
  points: (candidate: Candidate) => number;
}

const notes = createNotes();
const leftsFor = scratch((size) => new Float64Array(size));
const rightsFor = scratch((size) => new Float64Array(size));

export function createJudge(context: ChineseContext, model: NameModel): Judge {
  const places = context.text.length + 1;
  const lefts = leftsFor(places);
  const rights = rightsFor(places);
  const leftAt = (start: number): number => {
    const known = lefts[start] ?? 0;
    if (known !== 0) return known;
    clear(notes);
    describeLeft(context, start, notes);
    return (lefts[start] = sumOf(model, notes));
  };
  const rightAt = (end: number): number => {
    const known = rights[end] ?? 0;
    if (known !== 0) return known;
    clear(notes);
    describeRight(context, end, notes);
    return (rights[end] = sumOf(model, notes));
  };
  const points = (candidate: Candidate): number => {
    const left = leftAt(candidate.start);
    if (left < hopelessLeft) return hopeless;
    const sides = left + rightAt(candidate.end);
    if (sides < hopelessSides) return hopeless;
    clear(notes);
    describeShape(context, candidate, notes);
    const sum = model.bias + sides + sumOf(model, notes);
    if (sum < hopelessShape) return hopeless;
    clear(notes);
    describeDetails(context, candidate, notes);
    return sum + sumOf(model, notes);
  };
  return { mayBegin: (start) => leftAt(start) >= hopelessLeft, points };
}
