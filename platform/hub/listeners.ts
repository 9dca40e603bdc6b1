import type { HubMessage } from './contract.ts';

export type HubListener = (message: HubMessage) => void;

/** Who in this process listens to which request. */
export class Listeners {
  readonly #byRequest = new Map<string, Set<HubListener>>();

  /** @returns what removes the listener again. */
  add(requestId: string, listener: HubListener): () => void {
    // Wrapped, so that the same function subscribed twice is two subscriptions.
    const own: HubListener = (message) => listener(message);
    const existing = this.#byRequest.get(requestId);
    if (existing) existing.add(own);
    else this.#byRequest.set(requestId, new Set([own]));
    return () => {
      const listeners = this.#byRequest.get(requestId);
      listeners?.delete(own);
      if (listeners?.size === 0) this.#byRequest.delete(requestId);
    };
  }

  /** A listener that throws harms neither the publisher nor the others. */
  tell(requestId: string, message: HubMessage): void {
    for (const listener of this.#byRequest.get(requestId) ?? []) {
      try {
        listener(message);
      } catch {
        // The log in the database has what this listener missed.
      }
    }
  }

  has(requestId: string): boolean {
    return this.#byRequest.has(requestId);
  }

  requestIds(): string[] {
    return [...this.#byRequest.keys()];
  }
}
