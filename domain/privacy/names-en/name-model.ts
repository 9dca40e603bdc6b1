import type { Candidate } from './candidates.ts';
import { describeRun } from './describe-run.ts';
import { describeWord } from './describe-word.ts';
import { FeatureList } from './feature-list.ts';
import { RowSums } from './row-sums.ts';
import type { View } from './traits.ts';

/** The model as it is kept: numbers of a row are signed bytes in steps. */
export interface PackedNameModel {
  bias: number;
  /** One for each hidden unit. */
  offset: readonly number[];
  output: readonly number[];
  directStep: number;
  inwardStep: number;
  /**
   * Base64: the features as little-endian 32-bit integers, then `direct`, one for each feature in steps of `directStep`,
   * then `inward`, `offset.length` for each feature in steps of `inwardStep`.
   */
  rows: string;
}

/**
 * A network with one hidden layer over features that hold or not: log-odds = bias + Σ direct + Σ output · max(0, offset +
 * Σ inward). Features it has never seen count nothing.
 */
export interface NameModel {
  bias: number;
  /** One for each hidden unit. */
  offset: Float32Array;
  output: Float32Array;
  directStep: number;
  inwardStep: number;
  /** `inward` of each feature, and `direct` behind it. */
  rows: RowSums;
}

export function unpackNameModel({ bias, offset, output, directStep, inwardStep, rows }: PackedNameModel): NameModel {
  const bytes = Buffer.from(rows, 'base64');
  const hidden = offset.length;
  const count = bytes.length / (hidden + 5);
  return {
    bias,
    offset: Float32Array.from(offset),
    output: Float32Array.from(output),
    directStep,
    inwardStep,
    rows: new RowSums(
      Array.from({ length: count }, (_, row) => bytes.readInt32LE(row * 4)),
      hidden + 1,
      (row, column) => bytes.readInt8(column === hidden ? count * 4 + row : count * 5 + row * hidden + column),
    ),
  };
}

const features = new FeatureList();
const shared = new Int32Array(256);
const own = new Int32Array(256);

/** Log-odds that each word of a run is part of a person's name. */
export function scoreRun(model: NameModel, view: View, run: Candidate): number[] {
  const { bias, offset, output, directStep, inwardStep, rows } = model;
  const hidden = offset.length;
  features.clear();
  describeRun(view, run, features);
  rows.sum(features, shared);
  const scores: number[] = [];
  for (let at = run.first; at <= run.last; at += 1) {
    features.clear();
    describeWord(view, run, at, features);
    rows.sum(features, own);
    let logOdds = bias + (shared[hidden]! + own[hidden]!) * directStep;
    for (let unit = 0; unit < hidden; unit += 1) {
      const value = offset[unit]! + (shared[unit]! + own[unit]!) * inwardStep;
      if (value > 0) logOdds += value * output[unit]!;
    }
    scores.push(logOdds);
  }
  return scores;
}
