import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../domain/errors.ts';
import type { Logger } from '../platform/logger.ts';

const patienceMs = 60_000;
const pauseMs = 500;

/**
 * Opens a part this process cannot start without, and waits while it is away: after a crash of the whole machine
 * everything starts at once, and a part that restarts must not take the gateway down with it.
 * @throws the part's own error where waiting does not help, or has not helped for a minute.
 */
export async function whenUp<T>(part: string, logger: Logger, open: () => Promise<T>): Promise<T> {
  const giveUpAtMs = performance.now() + patienceMs;
  for (let waited = false; ; waited = true) {
    try {
      return await open();
    } catch (error) {
      if (!mayHeal(error)) throw error;
      if (performance.now() > giveUpAtMs) {
        throw new Error(`${part} has not answered for ${patienceMs / 1_000} s`, { cause: error });
      }
      if (!waited) logger.warn({ part }, 'waiting for a part that does not answer');
    }
    await delay(pauseMs);
  }
}

/** Away by the store's own word, or by that of Temporal's connection. */
function mayHeal(error: unknown): boolean {
  if (error instanceof GatewayError) return error.type === 'not_ready';
  return error instanceof Error && error.name === 'TransportError';
}
