import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '../client.ts';
import type { Plan } from '../plan.ts';
import { quantile } from '../statistics.ts';
import type { Target, TargetName } from '../targets/target.ts';
import { countProblem, type Problems } from './problems.ts';

/** One try at holding so many streams at once. */
export interface Level {
  streams: number;
  held: boolean;
  /** Of all tokens that arrived; absent when none did. */
  latenessP99Ms?: number;
  problems: Problems;
}

export interface PacedStreams {
  target: TargetName;
  /** The most streams that were held; 0 when not even the lowest level was. */
  held: number;
  /** In the order of the tries. */
  levels: Level[];
}

/**
 * How many streams of tokens at a reader's pace a target passes on in time. A token is late by the time between the
 * moment the upstream owed it and its arrival at the client. The targets take turns at each step of the search.
 */
export async function measurePacedStreams(
  targets: readonly Target[],
  plan: Plan['pacedStreams'],
): Promise<PacedStreams[]> {
  const searches = targets.map((target) => ({ target, levels: [] as Level[] }));
  for (;;) {
    const open = searches.filter(({ levels }) => nextLevel(plan, levels) !== undefined);
    if (open.length === 0) break;
    for (const { target, levels } of open) {
      const streams = nextLevel(plan, levels);
      if (streams !== undefined) levels.push(await tryLevel(target, streams, plan));
    }
  }
  return searches.map(({ target, levels }) => ({
    target: target.name,
    held: Math.max(0, ...levels.filter(({ held }) => held).map(({ streams }) => streams)),
    levels,
  }));
}

/** From the first level up while it holds, else down until one holds. */
export function nextLevel(
  plan: Pick<Plan['pacedStreams'], 'levels' | 'first'>,
  tried: readonly Pick<Level, 'streams' | 'held'>[],
): number | undefined {
  const last = tried.at(-1);
  if (!last) return plan.first;
  if (tried.some(({ held }) => held !== last.held)) return undefined;
  const at = plan.levels.indexOf(last.streams);
  return plan.levels[last.held ? at + 1 : at - 1];
}

async function tryLevel(target: Target, streams: number, plan: Plan['pacedStreams']): Promise<Level> {
  const client = openClient(target.endpoints.metronome, streams);
  const latenessMs: number[] = [];
  const problems: Problems = {};
  const listen = async (number: number) => {
    await sleep((number * 1_000) / plan.startsPerSecond);
    let received = 0;
    let unfinished = '';
    const outcome = await client.stream((text, atMs) => {
      // Each token ends with a space; a gateway may pass on several at once, or a part of one.
      const [last = '', ...dueAtMs] = (unfinished + text).split(' ').toReversed();
      unfinished = last;
      received += dueAtMs.length;
      latenessMs.push(...dueAtMs.map((dueAt) => atMs - Number(dueAt)));
    });
    if (!outcome.ok) countProblem(problems, outcome.problem);
    else if (received !== plan.tokens) countProblem(problems, 'lost tokens');
  };
  await Promise.all(Array.from({ length: streams }, (_, number) => listen(number)));
  await client.close();

  if (latenessMs.length === 0) return { streams, held: false, problems };
  const latenessP99Ms = quantile(latenessMs, 0.99);
  const held = Object.keys(problems).length === 0 && latenessP99Ms < plan.latenessLimitMs;
  return { streams, held, latenessP99Ms, problems };
}
