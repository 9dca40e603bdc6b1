import type { SeededRandom } from './seeded-random.ts';

export type Victim = 'api' | 'worker' | 'temporal';

export interface PlannedKill {
  victim: Victim;
  /** Milliseconds after the load began. */
  afterMs: number;
}

/** Random moments within the load, `counts` for each kind of victim, in the order of time. */
export function killSchedule(
  random: SeededRandom,
  counts: Partial<Record<Victim, number>>,
  window: { fromMs: number; toMs: number },
): PlannedKill[] {
  const victims: Victim[] = ['api', 'worker', 'temporal'];
  return victims
    .flatMap((victim) =>
      Array.from({ length: counts[victim] ?? 0 }, () => ({
        victim,
        afterMs: Math.round(window.fromMs + random.next() * (window.toMs - window.fromMs)),
      })),
    )
    .toSorted((a, b) => a.afterMs - b.afterMs);
}
