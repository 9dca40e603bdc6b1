import { finishErasures } from '../api/requests/erase.ts';
import type { RequestServices } from '../api/requests/services.ts';
import { endNeverStarted } from '../api/requests/sweep.ts';
import type { Logger } from '../platform/logger.ts';

const minuteMs = 60_000;
const tenSecondsMs = 10_000;

/** Clears up what cannot wait for the schedule (sweep-schedule.ts); begins now. */
export function startSweeper(services: RequestServices, logger: Logger): void {
  repeat('finish erasures', minuteMs, logger, () => finishErasures(services));
  repeat('end requests that never started', tenSecondsMs, logger, () => endNeverStarted(services));
}

/** One run at a time; a failed one is tried again after the pause. */
function repeat(task: string, pauseMs: number, logger: Logger, work: () => Promise<void>): void {
  const run = async (): Promise<void> => {
    await work().catch((error: unknown) => {
      logger.warn({ task, error: error instanceof Error ? error.name : 'unknown' }, 'sweeping failed; it is repeated');
    });
    setTimeout(() => void run(), pauseMs).unref();
  };
  void run();
}
