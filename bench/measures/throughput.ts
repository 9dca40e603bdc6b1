import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '../client.ts';
import { monotonicMs } from '../monotonic-clock.ts';
import type { Plan } from '../plan.ts';
import { rotated } from '../rotation.ts';
import { summarize, type Summary } from '../statistics.ts';
import type { Target, TargetName } from '../targets/target.ts';
import { countProblem, type Problems } from './problems.ts';

export interface Throughput {
  target: TargetName;
  connections: number;
  /** Right answers a second, over all rounds. */
  perSecond: number;
  /** Absent when every request failed. */
  latency?: Summary;
  problems: Problems;
}

/** Between a target's failure and the next try on that connection, so that refusals do not spin. */
const pauseAfterProblemMs = 20;

/**
 * Chats without streaming from a fixed number of connections, each sending its next request when it has its answer
 * (closed loop). Rounds alternate between the targets.
 */
export async function measureThroughput(
  targets: readonly Target[],
  connections: number,
  plan: Plan['throughput'],
  expectedText: string,
): Promise<Throughput[]> {
  const lanes = targets.map((target) => ({
    target,
    timesMs: [] as number[],
    problems: {} as Problems,
    elapsedMs: 0,
  }));
  for (let round = 0; round < plan.rounds; round++) {
    for (const lane of rotated(lanes, round)) {
      const { target, timesMs, problems } = lane;
      const client = openClient(target.endpoints.answering, connections);
      const startedAt = monotonicMs();
      const sendUntilTheEnd = async () => {
        while (monotonicMs() - startedAt < plan.roundMs) {
          const outcome = await client.complete(expectedText);
          if (outcome.ok) {
            timesMs.push(outcome.elapsedMs);
          } else {
            countProblem(problems, outcome.problem);
            await sleep(pauseAfterProblemMs);
          }
        }
      };
      await Promise.all(Array.from({ length: connections }, sendUntilTheEnd));
      lane.elapsedMs += monotonicMs() - startedAt;
      await client.close();
    }
  }
  return lanes.map(({ target, timesMs, problems, elapsedMs }) => ({
    target: target.name,
    connections,
    perSecond: (timesMs.length / elapsedMs) * 1_000,
    problems,
    ...(timesMs.length > 0 && { latency: summarize(timesMs) }),
  }));
}
