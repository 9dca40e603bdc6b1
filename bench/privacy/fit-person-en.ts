/**
 * Trains domain/privacy/names-en/trained-model.ts on the English sets in test/fixtures/privacy, the invented sentences
 * in invented-sentences.txt and the sets named on the command line, and prints the file. Same input, same file.
 *
 *   npm run --silent privacy:fit-names -- DIR/presidio_en.jsonl > domain/privacy/names-en/trained-model.ts
 *   npx prettier --write domain/privacy/names-en/trained-model.ts
 */
import type { NameModel, PackedNameModel } from '../../domain/privacy/names-en/name-model.ts';
import { inventedSet, readParts } from './names-en/sets.ts';
import { trainNameModel } from './names-en/train.ts';

const seed = 7;
const model = pack(trainNameModel([...readParts(process.argv.slice(2), 1), inventedSet(seed)], seed));
process.stdout.write(`import type { PackedNameModel } from './name-model.ts';

/** Trained by bench/privacy/fit-person-en.ts, which says on what. */
export const packedNameModel: PackedNameModel = {
  bias: ${model.bias},
  offset: [${model.offset.join(', ')}],
  output: [${model.output.join(', ')}],
  directStep: ${model.directStep},
  inwardStep: ${model.inwardStep},
  rows: '${model.rows}',
};
`);

/** Rounds the numbers of the rows to signed bytes. */
function pack({ bias, offset, output, rows, direct, inward }: NameModel<Float32Array>): PackedNameModel {
  const directStep = largest(direct) / 127;
  const inwardStep = largest(inward) / 127;
  const bytes = Buffer.alloc(rows.hashes.length * (5 + offset.length));
  for (const [row, feature] of rows.hashes.entries()) bytes.writeInt32LE(feature, row * 4);
  for (const [row, value] of direct.entries())
    bytes.writeInt8(Math.round(value / directStep), rows.hashes.length * 4 + row);
  for (const [at, value] of inward.entries())
    bytes.writeInt8(Math.round(value / inwardStep), rows.hashes.length * 5 + at);
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
