import type { TryTimeouts } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import { deadlineExceeded } from '../domain/failover.ts';
import type { Racer } from './race.ts';

/** How long a call may take, all in milliseconds; `deadlineMs` since the epoch. */
export interface CallTimes {
  deadlineMs: number;
  tryTimeoutMs: number;
  firstTokenTimeoutMs: number;
  /** Another deployment waits for its turn. */
  hasNext?: boolean;
}

/** A model that thinks without showing it is silent for long before its first token, not between two of them. */
const usualIdleMs = 60_000;

/** Ends a call when its time is up, or when somebody else wants it ended. */
export class CallClock {
  readonly #controller = new AbortController();
  readonly #times: CallTimes;
  readonly #racer: Racer | undefined;
  readonly #deadline: NodeJS.Timeout;
  #whole: NodeJS.Timeout | undefined;
  /** The first token, then the next one. */
  #token: NodeJS.Timeout | undefined;
  #idleMs = usualIdleMs;
  readonly startedAtMs = Date.now();

  /** @param racer where another call may answer in this one's place. */
  constructor(times: CallTimes, racer?: Racer) {
    this.#times = times;
    this.#racer = racer;
    const leftMs = Math.max(0, times.deadlineMs - this.startedAtMs);
    this.#deadline = setTimeout(() => this.abort(new GatewayError(deadlineExceeded())), leftMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** `reason` is what the call rejects with. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /**
   * The provider is called now: what was waited for a place before does not count. Times that the deployment has of its
   * own take the place of the usual ones. Where another one waits for its turn, a call that shows no sign of life leaves
   * it half of the time; a whole answer shows none, so it must be later than ever (`lateAfterMs`) to do so.
   */
  beginCall(stream: boolean, own: TryTimeouts = {}, lateAfterMs?: number): void {
    this.endCall();
    const leftMs = this.#times.deadlineMs - Date.now();
    const shareMs = this.#times.hasNext === true ? Math.max(leftMs / 2, lateAfterMs ?? 0) : Infinity;
    const wholeShareMs = stream || lateAfterMs === undefined ? Infinity : shareMs;
    const totalMs = Math.round(Math.min(own.totalMs ?? this.#times.tryTimeoutMs, wholeShareMs));
    const firstTokenMs = Math.round(Math.min(own.firstTokenMs ?? this.#times.firstTokenTimeoutMs, shareMs));
    this.#idleMs = own.idleMs ?? usualIdleMs;
    this.#whole = this.#after(totalMs, `did not finish within ${totalMs} ms`);
    if (stream) this.#token = this.#after(firstTokenMs, `sent no first token within ${firstTokenMs} ms`);
  }

  firstTokenSeen(): void {
    clearTimeout(this.#token);
    this.#token = this.#after(this.#idleMs, `sent nothing for ${this.#idleMs} ms in the middle of its answer`);
  }

  /** Something of the answer came. */
  chunkSeen(): void {
    if (this.#whole) this.#token?.refresh();
  }

  /** The call is over; only the deadline goes on. */
  endCall(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#token);
    this.#whole = undefined;
    this.#token = undefined;
  }

  /** Another call may answer in this one's place. */
  get isRaced(): boolean {
    return this.#racer !== undefined;
  }

  /** Said before anything of the answer is used. @throws GatewayError `overtaken`. */
  answerBegins(): void {
    this.#racer?.begins();
  }

  /** Resolves when no other call for the same answer goes on. */
  async othersEnded(): Promise<void> {
    await this.#racer?.othersEnded();
  }

  stop(): void {
    clearTimeout(this.#deadline);
    this.endCall();
  }

  #after(timeoutMs: number, what: string): NodeJS.Timeout {
    const late = new GatewayError({ type: 'provider_timeout', message: `The provider ${what}.` });
    return setTimeout(() => this.abort(late), timeoutMs);
  }
}
