/**
 * Trains domain/privacy/names-en/trained-model.ts on the English sets in test/fixtures/privacy, the invented sentences
 * in invented-sentences.txt and the sets named on the command line, and prints the file. Same input, same file.
 *
 *   npm run --silent privacy:fit-names -- DIR/presidio_en.jsonl > domain/privacy/names-en/trained-model.ts
 *   npx prettier --write domain/privacy/names-en/trained-model.ts
 */
import { packModel } from './names-en/pack.ts';
import { inventedSet, readParts } from './names-en/sets.ts';
import { trainNameModel } from './names-en/train.ts';

const seed = 7;
const model = packModel(trainNameModel([...readParts(process.argv.slice(2), 1), inventedSet(seed)], seed));
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
