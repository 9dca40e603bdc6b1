import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../domain/errors.ts';
import type { AttemptEnd, AttemptKey, AttemptStore, RunningTry } from '../platform/store/contract.ts';
import type { CallClock } from './call-clock.ts';

const pollMs = 250;
const beatMs = 1_000;
/** A try whose beat has stood still for so long, by the watcher's own clock, has lost its process. */
const patienceMs = 3_000;

/**
 * Waits until this step is the caller's to do, or done. Temporal gives a step to another process when the first is
 * silent, but silence is not death: a process that was only cut off goes on, and its answer is as good.
 * @throws the clock's abort reason.
 */
export async function takeTurn(
  attempts: Pick<AttemptStore, 'begin'>,
  key: AttemptKey,
  { deployment, costMicroUsd }: { deployment: string; costMicroUsd: number },
  { signal }: CallClock,
): Promise<{ kind: 'ended'; end: AttemptEnd } | { kind: 'mine'; ordinal: number }> {
  let watched: (RunningTry & { sinceMs: number }) | undefined;
  for (;;) {
    const stoodStill = watched !== undefined && performance.now() - watched.sinceMs >= patienceMs;
    const turn = await attempts.begin(
      key,
      { deployment, startedAt: new Date(), costMicroUsd },
      stoodStill ? watched : undefined,
    );
    if (turn.kind !== 'elsewhere') return turn;
    const { ordinal, beat } = turn;
    if (watched?.ordinal !== ordinal || watched.beat !== beat) watched = { ordinal, beat, sinceMs: performance.now() };
    await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/**
 * Says each second that the try goes on, and what it has cost by now; `onLost` is told where another process has taken
 * it over. A call shorter than that costs no write. Call what it returns to stop.
 */
export function keepTurn(
  attempts: AttemptStore,
  key: AttemptKey,
  ordinal: number,
  { costMicroUsd, onLost }: { costMicroUsd: () => number; onLost: (conflict: GatewayError) => void },
): () => void {
  const timer = setInterval(() => {
    attempts.renew(key, ordinal, costMicroUsd()).catch((error: unknown) => {
      if (error instanceof GatewayError && error.type === 'conflict') onLost(error);
    });
  }, beatMs);
  return () => clearInterval(timer);
}
