import type { StreamEvent } from '../../domain/stream-event.ts';
import type { HubMessage } from './contract.ts';

const maxBufferedEvents = 256;

/**
 * Events that came through the hub and were not read yet. Bounded: where the reader is slow, they are dropped, and the
 * reader finds them in the log.
 */
export class LiveFeed {
  #lastSeq: number;
  readonly #waiting = new Map<number, StreamEvent>();
  /** The log or the record has something that the buffer has not. */
  #needsLog = false;
  #wakeUp: (() => void) | undefined;

  constructor(lastSeq: number) {
    this.#lastSeq = lastSeq;
  }

  receive(message: HubMessage, wantsEvents: boolean): void {
    if (message.kind === 'settled') this.#needsLog = true;
    else if (message.kind === 'event' && wantsEvents) this.#keep(message.event);
    else return;
    this.wake();
  }

  /** The next event, where it is here. */
  take(): StreamEvent | undefined {
    const event = this.#waiting.get(this.#lastSeq + 1);
    if (event) this.advance(event.seq);
    else if (this.#waiting.size > 0) this.#leaveToLog();
    return event;
  }

  /** The reader has everything up to `seq`. */
  advance(seq: number): void {
    this.#waiting.delete(seq);
    this.#lastSeq = seq;
  }

  /** True once after each reason to read the log. */
  needsLog(): boolean {
    const needed = this.#needsLog;
    this.#needsLog = false;
    return needed;
  }

  wake(): void {
    this.#wakeUp?.();
  }

  /** Resolves true when something came, false after `timeoutMs` of silence. */
  wait(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (came: boolean): void => {
        clearTimeout(timer);
        this.#wakeUp = undefined;
        resolve(came);
      };
      const timer = setTimeout(() => done(false), timeoutMs);
      this.#wakeUp = () => done(true);
    });
  }

  #keep(event: StreamEvent): void {
    if (event.seq <= this.#lastSeq) return;
    if (this.#waiting.size >= maxBufferedEvents) this.#leaveToLog();
    this.#waiting.set(event.seq, event);
  }

  #leaveToLog(): void {
    this.#waiting.clear();
    this.#needsLog = true;
  }
}
