import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../domain/errors.ts';
import { classify } from './database-errors.ts';

/** Runs one operation (a statement, or a whole transaction) and gives its errors the gateway's names. */
export type Guard = <T>(operation: () => Promise<T>) => Promise<T>;

const firstPauseMs = 2;
const longestPauseMs = 50;
/** What callers are told while the database is away. */
const retryAfterMs = 2_000;

/**
 * Repeats an operation while another process holds the database's lock, up to `lockWaitMs`, without blocking the event
 * loop meanwhile. Errors come out as GatewayError: `not_ready` for what heals without a restart, else
 * `internal_error`; the database's own error is the cause.
 */
export function createGuard(lockWaitMs: number): Guard {
  return async (operation) => {
    const giveUpAtMs = performance.now() + lockWaitMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return await operation();
      } catch (error) {
        if (error instanceof GatewayError) throw error;
        const failure = classify(error);
        if (failure !== 'busy' || performance.now() + pauseMs > giveUpAtMs) throw toGatewayError(failure, error);
      }
      await delay(pauseMs);
    }
  };
}

const messages = {
  busy: 'The database is locked by another process. Try again in a moment.',
  unavailable: 'The database cannot be read or written now (away, read-only or full). Try again in a moment.',
  taken: 'The database refused a write: such a row exists already.',
  unknown: 'The database refused a statement.',
};

function toGatewayError(failure: keyof typeof messages, cause: unknown): GatewayError {
  const heals = failure === 'busy' || failure === 'unavailable';
  const message = messages[failure];
  if (heals) return new GatewayError({ type: 'not_ready', message, retryAfterMs }, { cause });
  return new GatewayError({ type: 'internal_error', message }, { cause });
}
