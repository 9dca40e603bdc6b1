import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedKill, Victim } from '../kill-schedule.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Cluster } from './cluster.ts';

export interface Kill {
  victim: Victim;
  name: string;
  atMs: number;
}

const readyTimeoutMs = 60_000;

/**
 * Carries the schedule out. A kill waits until its victim is up again from the last one, so that each hits a living
 * process; Temporal's resolves when it serves again, without holding up the others.
 */
export async function killOnSchedule(
  cluster: Cluster,
  schedule: readonly PlannedKill[],
  random: SeededRandom,
): Promise<Kill[]> {
  const begunAtMs = Date.now();
  const kills: Kill[] = [];
  const killAll = async (victim: Victim): Promise<void> => {
    for (const planned of schedule.filter((kill) => kill.victim === victim)) {
      await delay(Math.max(0, begunAtMs + planned.afterMs - Date.now()));
      kills.push(await killOne(cluster, victim, random));
    }
  };
  await Promise.all([killAll('api'), killAll('worker'), killAll('temporal')]);
  return kills.toSorted((a, b) => a.atMs - b.atMs);
}

async function killOne(cluster: Cluster, victim: Victim, random: SeededRandom): Promise<Kill> {
  if (victim === 'temporal') {
    const atMs = Date.now();
    await cluster.temporal.crashAndRestart();
    return { victim, name: 'temporal', atMs };
  }
  const processes = victim === 'api' ? [cluster.api] : cluster.workers;
  const chosen = processes[random.below(processes.length)] ?? cluster.api;
  await chosen.untilReady(readyTimeoutMs);
  const atMs = Date.now();
  if (!chosen.kill()) throw new Error(`${chosen.name} was not there to be killed`);
  return { victim, name: chosen.name, atMs };
}

/** Waits for all gateway processes; gives the time at which the last became ready. */
export async function untilAllReady(cluster: Cluster): Promise<number> {
  const processes = [cluster.api, ...cluster.workers];
  for (const one of processes) await one.untilReady(readyTimeoutMs);
  return Math.max(...processes.map(({ readyAtMs }) => readyAtMs.at(-1) ?? 0));
}
