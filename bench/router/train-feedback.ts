import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { adaptQuality, type FeedbackRow } from '../../domain/routing/adapt-quality.ts';
import { type QualityModel, qualityModelVersion } from '../../domain/routing/quality-model.ts';
import { readQualityModel } from '../../platform/config/quality-model-file.ts';
import { dataPaths } from '../../platform/config/settings.ts';
import { createCipher } from '../../platform/encryption/cipher.ts';
import { loadKeyRing } from '../../platform/encryption/key-ring.ts';
import { openStore } from '../../platform/store/open-store.ts';

/**
 * Teaches the shipped quality model what owners said of answers, and writes the result where the gateway looks for it at
 * its next start. DATA_DIR, DATABASE_URL and PAYLOAD_KEYS mean what they mean to the gateway; it may run meanwhile.
 */
export async function trainOnFeedback(date: string, out: string | undefined): Promise<void> {
  const rows = await feedbackRows(process.env);
  if (rows.length === 0) throw new Error('There is no feedback to learn from: POST /v1/requests/{id}/feedback.');
  const base = readQualityModel();
  const model = adaptQuality(base, rows, { trainedAt: date, dataHash: hashOf(base, rows) });
  const file = out ?? dataPaths(resolve(process.env.DATA_DIR || './data')).qualityModel;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(model)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  console.log(JSON.stringify(model.card, null, 2));
  console.log(`${qualityModelVersion(model)} is in ${file}; the gateway takes it at its next start.`);
}

async function feedbackRows({
  DATA_DIR,
  DATABASE_URL: databaseUrl,
  PAYLOAD_KEYS: payloadKeys,
}: NodeJS.ProcessEnv): Promise<FeedbackRow[]> {
  const dataDir = resolve(DATA_DIR || './data');
  const cipher = createCipher(await loadKeyRing({ dataDir, payloadKeys }));
  const store = await openStore({ dataDir, databaseUrl, cipher });
  try {
    return await store.feedback.rows();
  } finally {
    await store.close();
  }
}

function hashOf({ card }: QualityModel, rows: readonly FeedbackRow[]): string {
  const hash = createHash('sha256').update(card.dataHash);
  for (const row of rows) hash.update(JSON.stringify(row));
  return hash.digest('hex');
}
