import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportVerifier } from '../../../domain/audit/verify-export.ts';
import { seededRandom } from '../../chaos/seeded-random.ts';
import { writeUnderKills } from '../../support/audit-crashes.ts';
import { findPostgres, startPostgres } from '../../support/postgres.ts';

const source = findPostgres();

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])('the audit log on %s', (kind) => {
  it('holds each of 500 records once when the processes that write them are killed', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-crashes-'));
    const server = kind === 'postgres' && source.kind !== 'none' ? await startPostgres(source) : undefined;
    const databaseUrl = (await server?.createDatabase()) ?? `sqlite:${join(dataDir, 'crashes.db')}`;
    const random = seededRandom(7);
    const plan = { dataDir, databaseUrl, records: 500, writers: 2, killsEach: 2, random: () => random.next() };
    const { kills, requestIds, export: lines } = await writeUnderKills(plan);
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });

    // A writer may be done before its last kill reaches it.
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(requestIds.toSorted()).toEqual(Array.from({ length: 500 }, (_, number) => `req_${number}`).toSorted());
    const verifier = new ExportVerifier(undefined);
    for (const line of lines) verifier.push(line);
    expect(verifier.finish()).toMatchObject({ size: 500, shown: 500 });
  });
});
