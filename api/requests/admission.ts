import { GatewayError } from '../../domain/errors.ts';
import type { StreamHub } from '../../platform/hub/contract.ts';

/**
 * Lets only so many requests run at a time: beyond the workflow-task slots they would only wait for each other, so the
 * next client is told to come back instead.
 */
export class Admission {
  readonly #limit: number;
  readonly #hub: StreamHub;
  readonly #running = new Map<string, () => void>();

  constructor(limit: number, hub: StreamHub) {
    this.#limit = limit;
    this.#hub = hub;
  }

  get running(): number {
    return this.#running.size;
  }

  /**
   * Holds a place until the request is settled, or at the latest for `atMostMs`.
   * @throws GatewayError `overloaded`.
   */
  async enter(requestId: string, atMostMs: number): Promise<void> {
    if (this.#running.has(requestId)) return;
    if (this.#running.size >= this.#limit) {
      throw new GatewayError({
        type: 'overloaded',
        message: `The gateway is working on ${this.#limit} requests and takes no more now. Try again after Retry-After.`,
        retryAfterMs: 1_000,
      });
    }
    const timer = setTimeout(() => this.leave(requestId), atMostMs);
    timer.unref();
    this.#running.set(requestId, () => clearTimeout(timer));
    const unsubscribe = await this.#hub.subscribe(requestId, (message) => {
      if (message.kind === 'settled') this.leave(requestId);
    });
    const release = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    if (this.#running.has(requestId)) this.#running.set(requestId, release);
    else release();
  }

  leave(requestId: string): void {
    const release = this.#running.get(requestId);
    this.#running.delete(requestId);
    release?.();
  }
}
