import { setTimeout as delay } from 'node:timers/promises';
import { type ClientSeen, playClient, type Target } from './client.ts';
import type { ClientPlan } from './client-plan.ts';

/** Plays all clients at their times; resolves when the last has ended. */
export async function playAll(
  target: Target,
  plans: readonly ClientPlan[],
  progress: (ended: number, all: number) => void,
): Promise<ClientSeen[]> {
  let ended = 0;
  return Promise.all(
    plans.map(async (plan) => {
      await delay(plan.afterMs);
      const seen = await playClient(target, plan);
      ended += 1;
      progress(ended, plans.length);
      return seen;
    }),
  );
}
