import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportRefused, ExportVerifier } from '../../../domain/audit/verify-export.ts';
import { writeUnderKills } from '../../support/audit-crashes.ts';
import { findPostgres, startPostgres } from '../../support/postgres.ts';
import { type Check, holds, noneViolates, skipped } from '../check.ts';
import type { Scenario, ScenarioContext } from '../scenario.ts';
import { seededRandom } from '../seeded-random.ts';

const writers = 4;
const full = { records: 10_000, killsEach: 5 };
const short = { records: 2_000, killsEach: 2 };

/** Processes that write and place audit records at once are killed again and again, on SQLite. */
export const auditLogSqlite: Scenario = {
  name: 'audit log under kill -9, on SQLite',
  run: (context) => inFolder((dataDir) => crash(context, dataDir, `sqlite:${join(dataDir, 'audit.db')}`)),
};

export const auditLogPostgres: Scenario = {
  name: 'audit log under kill -9, on PostgreSQL',
  async run(context) {
    const source = findPostgres();
    if (source.kind === 'none') return [skipped('audit log on PostgreSQL', source.reason)];
    const server = await startPostgres(source);
    try {
      const databaseUrl = await server.createDatabase();
      return await inFolder((dataDir) => crash(context, dataDir, databaseUrl));
    } finally {
      await server.stop();
    }
  },
};

async function inFolder(story: (dataDir: string) => Promise<Check[]>): Promise<Check[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-audit-'));
  try {
    return await story(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function crash(
  { seed, short: isShort, say }: ScenarioContext,
  dataDir: string,
  databaseUrl: string,
): Promise<Check[]> {
  const { records, killsEach } = isShort ? short : full;
  const random = seededRandom(seed);
  const startedAtMs = performance.now();
  const result = await writeUnderKills({
    dataDir,
    databaseUrl,
    records,
    writers,
    killsEach,
    random: () => random.next(),
  });
  say(`${records} records by ${writers} processes in ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`);
  const seen = new Map<string, number>();
  for (const id of result.requestIds) seen.set(id, (seen.get(id) ?? 0) + 1);
  const ids = Array.from({ length: records }, (_, number) => `req_${number}`);
  const verified = verify(result.export);
  return [
    holds('kills', String(writers * killsEach), result.kills, result.kills === writers * killsEach),
    noneViolates(
      'records',
      'none missing',
      records,
      ids.filter((id) => !seen.has(id)),
    ),
    noneViolates(
      'records',
      'none doubled',
      records,
      [...seen].flatMap(([id, count]) => (count === 1 ? [] : [`${id} ${count}×`])),
    ),
    holds('export', `${records} entries, verified`, verified, verified === `${records} entries`),
  ];
}

function verify(lines: readonly string[]): string {
  const verifier = new ExportVerifier(undefined);
  try {
    for (const line of lines) verifier.push(line);
    return `${verifier.finish().size} entries`;
  } catch (error) {
    if (error instanceof ExportRefused) return error.message;
    throw error;
  }
}
