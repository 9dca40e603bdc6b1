import type { PackedNameModel } from '../../../domain/privacy/names-en/name-model.ts';
import type { TrainedModel } from './train.ts';

/** Rounds the numbers of the rows to signed bytes. */
export function packModel({ bias, offset, output, features, direct, inward }: TrainedModel): PackedNameModel {
  const directStep = largest(direct) / 127;
  const inwardStep = largest(inward) / 127;
  const bytes = Buffer.alloc(features.length * (5 + offset.length));
  for (const [row, feature] of features.entries()) bytes.writeInt32LE(feature, row * 4);
  for (const [row, value] of direct.entries())
    bytes.writeInt8(Math.round(value / directStep), features.length * 4 + row);
  for (const [at, value] of inward.entries()) bytes.writeInt8(Math.round(value / inwardStep), features.length * 5 + at);
  return {
    bias: Number(bias.toFixed(5)),
    offset: short(offset),
    output: short(output),
    directStep,
    inwardStep,
    rows: bytes.toString('base64'),
  };
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function short(values: Float32Array): number[] {
  return [...values].map((value) => Number(value.toFixed(5)));
}
