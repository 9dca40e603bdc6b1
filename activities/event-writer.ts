import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { StreamEvent, StreamEventBody } from '../domain/stream-event.ts';
import type { StreamHub } from '../platform/hub/contract.ts';
import type { EventLog } from '../platform/store/contract.ts';

const highWaterMark = 256;

/**
 * Numbers events, writes them to the log and only then publishes them. While one write is under way the next events
 * gather, so a fast answer needs few writes and a slow one waits for none.
 */
export class EventWriter {
  readonly #requestId: string;
  readonly #log: EventLog;
  readonly #hub: StreamHub;
  #lastSeq: number;
  #pending: StreamEvent[] = [];
  #flushing: Promise<void> | undefined;
  #failure: unknown;

  constructor(target: { requestId: string; log: EventLog; hub: StreamHub; lastSeq: number }) {
    this.#requestId = target.requestId;
    this.#log = target.log;
    this.#hub = target.hub;
    this.#lastSeq = target.lastSeq;
  }

  /** Resolves at once while the log keeps up; otherwise waits, so that the provider is read no faster than it. */
  async write(body: StreamEventBody): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#lastSeq += 1;
    this.#pending.push({ seq: this.#lastSeq, ...body });
    this.#flushing ??= this.#flush();
    if (this.#pending.length >= highWaterMark) await this.drain();
  }

  /** Resolves when everything written so far is in the log; rejects where the log refused it. */
  async drain(): Promise<void> {
    await this.#flushing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #flush(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const batch = this.#pending;
        this.#pending = [];
        await this.#log.append(this.#requestId, batch);
        for (const event of batch) this.#hub.publish(this.#requestId, { kind: 'event', event });
        // The embedded database never lets go of the event loop: without a turn of it, what was published would wait in
        // the client's socket until all further writes are done.
        await eventLoopTurn();
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#flushing = undefined;
    }
  }
}
