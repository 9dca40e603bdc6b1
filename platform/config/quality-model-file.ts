import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { QualityModel } from '../../domain/routing/quality-model.ts';
import { ConfigurationError } from './settings.ts';

const shipped = new URL('../../config/catalogue/quality-model.json', import.meta.url);
const artifact = z.looseObject({
  format: z.literal('holdfast-quality-1'),
  card: z.looseObject({ trainedAt: z.string(), dataHash: z.string() }),
});

/**
 * The quality model that `npm run router:train -- --feedback` wrote, where there is one, else the shipped one.
 * @throws ConfigurationError where the file is no such model.
 */
export function readQualityModel(ownFile?: string): QualityModel {
  const file = ownFile !== undefined && existsSync(ownFile) ? ownFile : shipped;
  const model: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (artifact.safeParse(model).success) return model as QualityModel;
  throw new ConfigurationError(`${String(file)} is not a quality model of this version: train it again or remove it.`);
}
