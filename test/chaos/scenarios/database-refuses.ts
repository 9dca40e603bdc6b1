import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Check, skipped } from '../check.ts';
import { recovered, refusedBeforeAck, streamsExact } from '../checker/outage.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { playAll } from '../load/play.ts';
import { probeChat, probeDuring, probeReady, streamsNow } from '../load/probe.ts';
import { type Scenario, withCluster } from '../scenario.ts';
import { findPostgres } from '../../support/postgres.ts';

const awayMs = 5_000;
const diskBytes = 48 * 1024 * 1024;

/** DATA_DIR on a small disk of its own, which becomes full in the middle of streams and is cleared again. */
export const diskFull: Scenario = {
  name: 'disk full for 5 s, on SQLite',
  async run(context) {
    const disk = await mkdtemp(join(tmpdir(), 'holdfast-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      await rm(disk, { recursive: true });
      return [skipped('disk full', 'a small disk cannot be mounted here (needs root)')];
    }
    try {
      return await withCluster(context, { workers: 0, database: 'sqlite', dataDir: join(disk, 'data') }, (cluster) =>
        outageOfStore(cluster, () => fillFor(disk)),
      );
    } finally {
      execFileSync('umount', [disk]);
      await rm(disk, { recursive: true });
    }
  },
};

/** PostgreSQL is ended at once, as by a crash, and comes back. */
export const postgresAway: Scenario = {
  name: 'PostgreSQL away for 5 s',
  async run(context) {
    const source = findPostgres();
    if (source.kind !== 'binaries') return [skipped('PostgreSQL away', 'no PostgreSQL of our own to stop')];
    return withCluster(context, { workers: 0, database: 'best' }, (cluster) =>
      outageOfStore(cluster, async () => cluster.postgres?.crashAndRestart?.(() => delay(awayMs))),
    );
  },
};

async function outageOfStore(cluster: Cluster, begin: () => Promise<void>): Promise<Check[]> {
  const streams = playAll(cluster, streamsNow(['long', 'heir', 'thinker', 'quick']), () => undefined);
  await delay(800);
  const outage = begin();
  const [chats, readiness] = await Promise.all([
    probeDuring(outage, () => probeChat(cluster)),
    probeDuring(outage, () => probeReady(cluster)),
  ]);
  return [
    ...refusedBeforeAck(chats, readiness, 'store'),
    streamsExact(await streams),
    ...recovered(await probeChat(cluster), await probeReady(cluster), cluster.api.readyAtMs.length - 1),
  ];
}

async function fillFor(disk: string): Promise<void> {
  const ballast = join(disk, 'ballast');
  // To the last byte: in smaller and smaller pieces, while the gateway takes and gives back some too.
  for (let sizeBytes = diskBytes; sizeBytes >= 1; sizeBytes = Math.floor(sizeBytes / 2)) {
    await appendFile(ballast, Buffer.alloc(sizeBytes)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
    });
  }
  await delay(awayMs);
  await rm(ballast);
}
