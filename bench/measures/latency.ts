import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '../client.ts';
import type { Plan } from '../plan.ts';
import { rotated } from '../rotation.ts';
import { summarize, type Summary } from '../statistics.ts';
import type { Target, TargetName } from '../targets/target.ts';
import { countProblem, type Problems } from './problems.ts';

export interface Latency {
  target: TargetName;
  /** Absent when every request failed. */
  latency?: Summary;
  problems: Problems;
}

/**
 * Chats without streaming, one at a time over one connection per target, going round the targets. A short pause after
 * each lets work that a gateway does after its answer (settling, logging) fall on itself and not on its neighbour.
 */
export async function measureLatency(
  targets: readonly Target[],
  plan: Plan['addedLatency'],
  expectedText: string,
): Promise<Latency[]> {
  return goRound(targets, plan, async (client) => {
    const outcome = await client.complete(expectedText);
    return outcome.ok ? { ok: true, timeMs: outcome.elapsedMs } : outcome;
  });
}

/** Streamed chats, one at a time, timed to the first chunk with text; otherwise like `measureLatency`. */
export async function measureFirstToken(
  targets: readonly Target[],
  plan: Plan['firstToken'],
  expectedText: string,
): Promise<Latency[]> {
  return goRound(targets, plan, async (client) => {
    const outcome = await client.stream();
    if (!outcome.ok) return outcome;
    return outcome.text === expectedText
      ? { ok: true, timeMs: outcome.firstTokenMs }
      : { ok: false, problem: 'wrong text' };
  });
}

type Timed = { ok: true; timeMs: number } | { ok: false; problem: string };

async function goRound(
  targets: readonly Target[],
  { rounds, gapMs }: { rounds: number; gapMs: number },
  request: (client: ReturnType<typeof openClient>) => Promise<Timed>,
): Promise<Latency[]> {
  const lanes = targets.map(({ name, endpoints }) => ({
    name,
    client: openClient(endpoints.answering, 1),
    timesMs: [] as number[],
    problems: {} as Problems,
  }));
  for (let round = 0; round < rounds; round++) {
    for (const lane of rotated(lanes, round)) {
      const outcome = await request(lane.client);
      if (outcome.ok) lane.timesMs.push(outcome.timeMs);
      else countProblem(lane.problems, outcome.problem);
      await sleep(gapMs);
    }
  }
  await Promise.all(lanes.map(({ client }) => client.close()));
  return lanes.map(({ name, timesMs, problems }) => ({
    target: name,
    problems,
    ...(timesMs.length > 0 && { latency: summarize(timesMs) }),
  }));
}
