import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, holds } from '../check.ts';
import { gatherEvidence } from '../checker/evidence.ts';
import { verdict } from '../checker/verdict.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type Kill, killOnSchedule, untilAllReady } from '../cluster/kill.ts';
import { killSchedule, type Victim } from '../kill-schedule.ts';
import type { ClientSeen } from '../load/client.ts';
import { planClients } from '../load/client-plan.ts';
import { playAll } from '../load/play.ts';
import { type Scenario, type ScenarioContext, withCluster } from '../scenario.ts';
import { seededRandom } from '../seeded-random.ts';

interface Size {
  requests: number;
  durationMs: number;
  kills: Partial<Record<Victim, number>>;
}

const fullApart: Size = { requests: 500, durationMs: 150_000, kills: { api: 10, worker: 20, temporal: 5 } };
const shortApart: Size = { requests: 100, durationMs: 35_000, kills: { api: 3, worker: 5, temporal: 2 } };
const fullEmbedded: Size = { requests: 250, durationMs: 90_000, kills: { api: 10 } };
const shortEmbedded: Size = { requests: 40, durationMs: 12_000, kills: { api: 3 } };

/** API, two workers and Temporal apart, with Redis and PostgreSQL where it is to be had. */
export const killNineApart: Scenario = {
  name: 'kill -9 of API, workers and Temporal, each a process of its own',
  run: (context) =>
    withCluster(context, { workers: 2, database: 'best' }, (cluster) =>
      loadAndKill(context, cluster, context.short ? shortApart : fullApart),
    ),
};

/** What `npm start` runs: one gateway process on SQLite, beside the embedded Temporal. */
export const killNineEmbedded: Scenario = {
  name: 'kill -9 of the one process of npm start, on SQLite',
  run: (context) =>
    withCluster(context, { workers: 0, database: 'sqlite' }, (cluster) =>
      loadAndKill(context, cluster, context.short ? shortEmbedded : fullEmbedded),
    ),
};

async function loadAndKill({ say, seed }: ScenarioContext, cluster: Cluster, size: Size): Promise<Check[]> {
  const database = cluster.postgres ? 'PostgreSQL' : 'SQLite';
  say(`${database}, ${size.requests} requests in ${size.durationMs / 1_000} s, seed ${seed}`);
  const random = seededRandom(seed);
  const plans = planClients(random, size.requests, size.durationMs);
  const schedule = killSchedule(random, size.kills, { fromMs: 1_000, toMs: size.durationMs });
  const [clients, { kills, lastReadyAtMs }] = await Promise.all([
    playAll(cluster, plans, (ended, all) => {
      if (ended % 50 === 0) say(`${ended} of ${all} clients have ended`);
    }),
    killOnSchedule(cluster, schedule, random).then(async (done) => ({
      kills: done,
      lastReadyAtMs: await untilAllReady(cluster),
    })),
  ]);
  const evidence = await gatherEvidence(cluster, { clients, kills, lastReadyAtMs });
  const json = JSON.stringify(
    { ...evidence, calls: [...evidence.calls], audited: [...evidence.audited] },
    undefined,
    1,
  );
  await writeFile(join(cluster.folder, 'evidence.json'), json);
  say(summary(clients));
  return [...killsDone(size, kills), ...verdict(evidence)];
}

function killsDone(size: Size, kills: readonly Kill[]): Check[] {
  return Object.entries(size.kills).map(([victim, planned]) => {
    const done = kills.filter((kill) => kill.victim === victim).length;
    return holds(`kills of ${victim}`, String(planned), done, done === planned);
  });
}

function summary(clients: readonly ClientSeen[]): string {
  const sum = (of: (client: ClientSeen) => number): number => clients.reduce((total, client) => total + of(client), 0);
  return (
    `${sum(({ acked }) => Number(acked))} of ${clients.length} clients acked, ` +
    `${sum(({ refusals }) => refusals)} refusals, ${sum(({ resumptions }) => resumptions)} resumptions, ` +
    `${sum(({ restarts }) => restarts)} restarts of a text`
  );
}
