import type { QualityModel, QualityModelCard } from '../../domain/routing/quality-model.ts';
import { trainQuality } from '../../domain/routing/train-quality.ts';
import { hashRows, type Row } from './dataset.ts';

/** Trains on rows of the data set. */
export function trainOn(rows: readonly Row[], card: Pick<QualityModelCard, 'trainedAt' | 'results'>): QualityModel {
  return trainQuality(
    rows.map((row) => ({
      prompt: row.prompt,
      inputTokens: row.estTokens.in,
      outputTokens: row.estTokens.out,
      scores: row.scores,
    })),
    { ...card, dataHash: hashRows(rows) },
  );
}
