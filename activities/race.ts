import { GatewayError } from '../domain/errors.ts';
import type { CallClock } from './call-clock.ts';

/** One of two calls for the same answer, as it looks from inside. */
export interface Racer {
  /** The answer begins: the other call is stopped. @throws GatewayError `overtaken` where the other's has begun. */
  begins(): void;
  /** Resolves when the other call has ended and its bill is known; at once where there is none. */
  othersEnded(): Promise<void>;
}

/**
 * Two calls in one process, of which only one may answer: the first whose answer begins. All is decided without a pause,
 * so that no two can begin.
 */
export class Race {
  readonly #racers: { clock?: CallClock; ended?: Promise<unknown> }[] = [];
  readonly #decided = new AbortController();
  #winner: number | undefined;

  /** Aborted once an answer has begun. */
  get decided(): AbortSignal {
    return this.#decided.signal;
  }

  /** Takes part: makes a clock for the racer and starts its work. */
  enter<T>(clockFor: (racer: Racer) => CallClock, work: (clock: CallClock) => Promise<T>): Promise<T> {
    const number = this.#racers.length;
    const entry: { clock?: CallClock; ended?: Promise<unknown> } = {};
    this.#racers.push(entry);
    const clock = clockFor({
      begins: () => this.#claim(number),
      othersEnded: async () => {
        for (const { ended } of this.#others(number)) await ended?.catch(() => undefined);
      },
    });
    entry.clock = clock;
    const running = work(clock).finally(() => clock.stop());
    entry.ended = running;
    return running;
  }

  /** Stops every call: what the client or the worker asks for. */
  abort(reason: unknown): void {
    for (const { clock } of this.#racers) clock?.abort(reason);
  }

  #claim(number: number): void {
    this.#winner ??= number;
    if (this.#winner !== number) throw overtaken();
    if (this.decided.aborted) return;
    this.#decided.abort();
    for (const { clock } of this.#others(number)) clock?.abort(overtaken());
  }

  #others(number: number) {
    return this.#racers.filter((_, index) => index !== number);
  }
}

function overtaken(): GatewayError {
  return new GatewayError({ type: 'overtaken', message: 'Another deployment began its answer first.' });
}
