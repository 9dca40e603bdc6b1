import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { PoolModel } from '../../domain/routing/balance.ts';
import { qualityPrior } from '../../domain/routing/quality-prior.ts';

const rowSchema = z.object({
  id: z.string(),
  prompt: z.string(),
  task: z.string(),
  domain: z.string(),
  estTokens: z.object({ in: z.number(), out: z.number() }),
  scores: z.record(z.string(), z.number()),
});
export type Row = z.infer<typeof rowSchema>;

const modelSchema = z.looseObject({
  inputUsdPerM: z.number(),
  outputUsdPerM: z.number(),
  meanTrainScore: z.number().optional(),
});

/** One file of prompts, each answered by the same models. */
export interface Source {
  name: string;
  rows: Row[];
  models: PoolModel[];
}

/**
 * Reads a folder of `*.jsonl` or `*.jsonl.gz` files and the `models.json` with the prices of their models, in whatever
 * groups they stand there. A model's `meanTrainScore`, where given, is its prior.
 */
export function readSources(folder: string): Source[] {
  const models = collectModels(JSON.parse(readFileSync(join(folder, 'models.json'), 'utf8')));
  return readdirSync(folder)
    .filter((file) => /\.jsonl(\.gz)?$/.test(file))
    .toSorted()
    .map((file) => {
      const rows = readRows(join(folder, file));
      const names = [...new Set(rows.flatMap((row) => Object.keys(row.scores)))].toSorted();
      const priced = names.map((name) => {
        const model = models.get(name);
        if (!model) throw new Error(`${file}: models.json has no price of ${name}`);
        return model;
      });
      return { name: basename(file).replace(/\.jsonl(\.gz)?$/, ''), rows, models: priced };
    });
}

function readRows(file: string): Row[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rowSchema.parse(JSON.parse(line)));
}

function collectModels(value: unknown, found = new Map<string, PoolModel>()): Map<string, PoolModel> {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, child] of Object.entries(value)) {
    const model = modelSchema.safeParse(child);
    if (!model.success) {
      collectModels(child, found);
      continue;
    }
    const price = { inputUsdPerMTok: model.data.inputUsdPerM, outputUsdPerMTok: model.data.outputUsdPerM };
    found.set(name, { model: name, price, prior: model.data.meanTrainScore ?? qualityPrior({ price }) });
  }
  return found;
}

/** sha256 (hex) of ids, prompts and scores in their order. */
export function hashRows(rows: readonly Row[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(JSON.stringify([row.id, row.prompt, row.scores]));
  return hash.digest('hex');
}
