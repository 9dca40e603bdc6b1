import { finishErasures } from '../api/requests/erase.ts';
import type { RequestServices } from '../api/requests/services.ts';
import { endNeverStarted, forgetExpired } from '../api/requests/sweep.ts';
import type { Logger } from '../platform/logger.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const tenSecondsMs = 10_000;

/** Clears up behind processes that died, and behind time; begins now. */
export function startSweeper(services: RequestServices, retentionDays: number, logger: Logger): void {
  repeat('forget expired requests', hourMs, logger, () => forgetExpired(services, retentionDays));
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
