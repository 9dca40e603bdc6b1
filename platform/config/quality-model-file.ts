import { readFileSync } from 'node:fs';
import type { QualityModel } from '../../domain/routing/quality-model.ts';

const file = new URL('../../config/catalogue/quality-model.json', import.meta.url);

/** The shipped quality model, as `npm run router:train` wrote it. */
export function readQualityModel(): QualityModel {
  return JSON.parse(readFileSync(file, 'utf8')) as QualityModel;
}
