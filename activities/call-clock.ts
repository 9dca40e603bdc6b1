import { GatewayError } from '../domain/errors.ts';
import { deadlineExceeded } from '../domain/failover.ts';

/** How long a call may take, all in milliseconds; `deadlineMs` since the epoch. */
export interface CallTimes {
  deadlineMs: number;
  tryTimeoutMs: number;
  firstTokenTimeoutMs: number;
}

/** Ends a call when its time is up, or when somebody else wants it ended. */
export class CallClock {
  readonly #controller = new AbortController();
  readonly #whole: NodeJS.Timeout;
  readonly #firstTokenTimeoutMs: number;
  #firstToken: NodeJS.Timeout | undefined;
  readonly startedAtMs = Date.now();

  constructor(times: CallTimes) {
    const leftMs = times.deadlineMs - this.startedAtMs;
    const [limitMs, reason] =
      leftMs <= times.tryTimeoutMs
        ? [Math.max(0, leftMs), new GatewayError(deadlineExceeded())]
        : [times.tryTimeoutMs, timeout(`did not finish within ${times.tryTimeoutMs} ms`)];
    this.#whole = setTimeout(() => this.abort(reason), limitMs);
    this.#firstTokenTimeoutMs = times.firstTokenTimeoutMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** `reason` is what the call rejects with. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** The provider is being called for a stream: its first token is due. */
  expectFirstToken(): void {
    const tooLate = timeout(`sent no first token within ${this.#firstTokenTimeoutMs} ms`);
    this.#firstToken = setTimeout(() => this.abort(tooLate), this.#firstTokenTimeoutMs);
  }

  firstTokenSeen(): void {
    clearTimeout(this.#firstToken);
  }

  stop(): void {
    clearTimeout(this.#whole);
    clearTimeout(this.#firstToken);
  }
}

function timeout(what: string): GatewayError {
  return new GatewayError({ type: 'provider_timeout', message: `The provider ${what}.` });
}
