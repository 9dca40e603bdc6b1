import { join } from 'node:path';
import { readDataSet } from '../../../../bench/privacy/data-set.ts';
import { precision, recall, score, type Score } from '../../../../bench/privacy/score.ts';
import { createDetector } from '../../../../domain/privacy/detect.ts';
import type { Entity } from '../../../../domain/privacy/span.ts';

const detector = createDetector();

function scoresOf(file: string): Map<Entity, Score> {
  const texts = readDataSet(join(import.meta.dirname, '../../../fixtures/privacy', file));
  const found = texts.map(({ text }) => detector(text));
  return new Map(score(texts, found).map((result) => [result.entity, result]));
}

/** The share that bench:privacy prints must not fall below these; presidio's sentences are scored there only. */
describe.each([
  { file: 'pii_zh.jsonl', entity: 'person', minRecall: 0.96, minPrecision: 0.95 },
  { file: 'hard_zh.jsonl', entity: 'person', minRecall: 0.97, minPrecision: 0.97 },
  { file: 'pii_zh.jsonl', entity: 'id_card', minRecall: 1, minPrecision: 1 },
  { file: 'pii_zh.jsonl', entity: 'phone', minRecall: 1, minPrecision: 1 },
  { file: 'pii_zh.jsonl', entity: 'email', minRecall: 1, minPrecision: 1 },
  { file: 'pii_zh.jsonl', entity: 'bank_card', minRecall: 1, minPrecision: 1 },
  { file: 'pii_zh.jsonl', entity: 'medical_record', minRecall: 1, minPrecision: 1 },
  { file: 'pii_zh.jsonl', entity: 'address', minRecall: 1, minPrecision: 1 },
  { file: 'pii_zh.jsonl', entity: 'plate', minRecall: 1, minPrecision: 1 },
  { file: 'pii_zh.jsonl', entity: 'wechat', minRecall: 1, minPrecision: 1 },
  { file: 'written_zh.jsonl', entity: 'person', minRecall: 0.96, minPrecision: 0.93 },
  { file: 'ordinary_zh.jsonl', entity: 'person', minRecall: 0.97, minPrecision: 0.97 },
  { file: 'styled_zh.jsonl', entity: 'person', minRecall: 0.93, minPrecision: 0.92 },
  { file: 'unseen_zh.jsonl', entity: 'person', minRecall: 0.97, minPrecision: 0.95 },
  { file: 'author6_zh.jsonl', entity: 'person', minRecall: 0.96, minPrecision: 0.97 },
  { file: 'author10_zh.jsonl', entity: 'person', minRecall: 0.92, minPrecision: 0.94 },
  { file: 'author11_zh.jsonl', entity: 'person', minRecall: 0.97, minPrecision: 0.93 },
  { file: 'author12_zh.jsonl', entity: 'person', minRecall: 0.94, minPrecision: 0.93 },
  { file: 'written_en.jsonl', entity: 'person', minRecall: 0.95, minPrecision: 0.97 },
  { file: 'author1_en.jsonl', entity: 'person', minRecall: 0.97, minPrecision: 0.97 },
  { file: 'author2_en.jsonl', entity: 'person', minRecall: 0.97, minPrecision: 0.97 },
  { file: 'author3_en.jsonl', entity: 'person', minRecall: 0.97, minPrecision: 0.97 },
  { file: 'never-fitted/names_en.jsonl', entity: 'person', minRecall: 0.93, minPrecision: 0.9 },
  { file: 'never-fitted/names_zh.jsonl', entity: 'person', minRecall: 0.93, minPrecision: 0.92 },
  ...['author1_ids.jsonl', 'author2_ids.jsonl', 'never-fitted/ids.jsonl'].flatMap((file) =>
    (['phone', 'email', 'bank_card', 'medical_record'] as const).map((entity) => ({
      file,
      entity,
      minRecall: 0.99,
      minPrecision: 0.99,
    })),
  ),
  { file: 'never-fitted/ids.jsonl', entity: 'id_card', minRecall: 1, minPrecision: 1 },
  { file: 'written_ids.jsonl', entity: 'id_card', minRecall: 0.99, minPrecision: 0.99 },
  { file: 'written_ids.jsonl', entity: 'phone', minRecall: 0.99, minPrecision: 0.97 },
  { file: 'written_ids.jsonl', entity: 'email', minRecall: 0.93, minPrecision: 0.99 },
  { file: 'written_ids.jsonl', entity: 'bank_card', minRecall: 0.99, minPrecision: 0.99 },
  { file: 'written_ids.jsonl', entity: 'medical_record', minRecall: 0.99, minPrecision: 0.99 },
  { file: 'medical_en.jsonl', entity: 'person', minRecall: 0.95, minPrecision: 0.95 },
  { file: 'medical_en.jsonl', entity: 'medical_record', minRecall: 1, minPrecision: 1 },
  { file: 'medical_en.jsonl', entity: 'phone', minRecall: 1, minPrecision: 1 },
] as const)('$entity in $file', ({ file, entity, minRecall, minPrecision }) => {
  it(`has a recall of ${minRecall} and a precision of ${minPrecision} at least`, () => {
    const result = scoresOf(file).get(entity);
    if (result === undefined) throw new Error(`${file} marks no ${entity}`);
    expect(recall(result)).toBeGreaterThanOrEqual(minRecall);
    expect(precision(result)).toBeGreaterThanOrEqual(minPrecision);
  });
});
