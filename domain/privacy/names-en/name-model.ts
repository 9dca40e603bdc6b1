import type { Candidate } from './candidates.ts';
import { describeRun } from './describe-run.ts';
import { describeWord } from './describe-word.ts';
import { FeatureList } from './feature-list.ts';
import { HashRows } from './hash-rows.ts';
import type { View } from './traits.ts';

/**
 * A network with one hidden layer over features that hold or not: log-odds = bias + Σ direct + Σ output · max(0, offset +
 * Σ inward). Features it has never seen count nothing.
 */
export interface NameModel<Numbers extends Float32Array | Int8Array = Float32Array | Int8Array> {
  bias: number;
  /** One for each hidden unit. */
  offset: Float32Array;
  output: Float32Array;
  rows: HashRows;
  /** One for each row, in steps of `directStep`. */
  direct: Numbers;
  directStep: number;
  /** `offset.length` for each row, in steps of `inwardStep`. */
  inward: Numbers;
  inwardStep: number;
}

/** The model as it is kept: numbers of a row are signed bytes in steps. */
export interface PackedNameModel {
  bias: number;
  offset: readonly number[];
  output: readonly number[];
  directStep: number;
  inwardStep: number;
  /** Base64: the features as little-endian 32-bit integers, then `direct`, then `inward`. */
  rows: string;
}

export function unpackNameModel(packed: PackedNameModel): NameModel {
  const bytes = Buffer.from(packed.rows, 'base64');
  const hidden = packed.offset.length;
  const count = bytes.length / (hidden + 5);
  const features = Int32Array.from({ length: count }, (_, row) => bytes.readInt32LE(row * 4));
  const numbers = new Int8Array(bytes.subarray(count * 4));
  return {
    bias: packed.bias,
    offset: Float32Array.from(packed.offset),
    output: Float32Array.from(packed.output),
    rows: new HashRows(features),
    direct: numbers.subarray(0, count),
    directStep: packed.directStep,
    inward: numbers.subarray(count),
    inwardStep: packed.inwardStep,
  };
}

const shared = new FeatureList();
const own = new FeatureList();

/** Log-odds that each word of a run is part of a person's name. */
export function scoreRun(model: NameModel, view: View, run: Candidate): number[] {
  const { bias, offset, output, directStep, inwardStep } = model;
  shared.clear();
  describeRun(view, run, shared);
  const sharedUnits = new Float32Array(offset.length);
  const sharedDirect = activate(model, shared, sharedUnits);
  const units = new Float32Array(offset.length);
  const scores: number[] = [];
  for (let at = run.first; at <= run.last; at += 1) {
    own.clear();
    describeWord(view, run, at, own);
    units.set(sharedUnits);
    let logOdds = bias + (sharedDirect + activate(model, own, units)) * directStep;
    for (let unit = 0; unit < units.length; unit += 1) {
      const value = offset[unit]! + units[unit]! * inwardStep;
      if (value > 0) logOdds += value * output[unit]!;
    }
    scores.push(logOdds);
  }
  return scores;
}

/** Adds what the features say to the hidden units; returns what they say directly. Both in steps. */
function activate({ rows, direct, inward }: NameModel, features: FeatureList, units: Float32Array): number {
  const hidden = units.length;
  const { items, size } = features;
  let sum = 0;
  for (let i = 0; i < size; i += 1) {
    const row = rows.at(items[i]!);
    if (row < 0) continue;
    sum += direct[row]!;
    for (let unit = 0, from = row * hidden; unit < hidden; unit += 1) units[unit]! += inward[from + unit]!;
  }
  return sum;
}
