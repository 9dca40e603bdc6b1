import { GatewayError } from '../../domain/errors.ts';
import { FairQueue, type TenantShare } from '../../domain/fair-queue.ts';
import type { AdmissionLimits } from '../../domain/gateway-config.ts';
import type { StreamHub } from '../../platform/hub/contract.ts';

/** Who wants in, and how much work it brings. */
export interface Entrance extends TenantShare {
  /** Estimated, of prompt and answer. */
  tokens: number;
  /** Its place is given back at the latest after so long. */
  atMostMs: number;
}

interface Place {
  tokens: number;
  release: () => void;
}

interface Waiting {
  requestId: string;
  entrance: Entrance;
  enter: () => void;
  refuse: () => void;
}

/**
 * Lets only so many requests, and so many tokens, be worked on at a time: beyond the workflow-task slots they would only
 * wait for each other. Who finds it full waits a moment, each tenant in a line of its own; then the client is told to
 * come back.
 */
export class Admission {
  readonly #limit: number;
  readonly #limits: () => AdmissionLimits;
  readonly #hub: StreamHub;
  readonly #running = new Map<string, Place>();
  readonly #queue = new FairQueue<Waiting>();
  readonly #entering = new Map<string, Promise<void>>();
  #tokens = 0;

  constructor(limit: number, limits: () => AdmissionLimits, hub: StreamHub) {
    this.#limit = limit;
    this.#limits = limits;
    this.#hub = hub;
  }

  /** What is worked on now, and who waits. */
  get load(): { running: number; waiting: number; tokens: number } {
    return { running: this.#running.size, waiting: this.#queue.size, tokens: this.#tokens };
  }

  /**
   * Holds a place until the request is settled.
   * @throws GatewayError `overloaded`.
   */
  async enter(requestId: string, entrance: Entrance): Promise<void> {
    if (this.#running.has(requestId)) return;
    // Two calls with one Idempotency-Key are one request.
    const entering = this.#entering.get(requestId) ?? this.#enter(requestId, entrance);
    this.#entering.set(requestId, entering);
    try {
      await entering;
    } finally {
      this.#entering.delete(requestId);
    }
  }

  leave(requestId: string): void {
    const place = this.#running.get(requestId);
    if (!place) return;
    this.#running.delete(requestId);
    this.#tokens -= place.tokens;
    place.release();
    this.#advance();
  }

  async #enter(requestId: string, entrance: Entrance): Promise<void> {
    if (this.#queue.size > 0 || !this.#hasRoomFor(entrance)) await this.#wait(requestId, entrance);
    else this.#take(requestId, entrance);
    const unsubscribe = await this.#hub.subscribe(requestId, (message) => {
      if (message.kind === 'settled') this.leave(requestId);
    });
    const place = this.#running.get(requestId);
    if (!place) return unsubscribe();
    const { release } = place;
    place.release = () => {
      release();
      unsubscribe();
    };
  }

  #wait(requestId: string, entrance: Entrance): Promise<void> {
    const { maxQueued, maxWaitMs } = this.#limits();
    if (this.#queue.size >= maxQueued) {
      const displaced = this.#queue.makeRoomFor(entrance);
      if (!displaced) return Promise.reject(overloaded());
      displaced.refuse();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.#queue.remove(entrance, waiting)) waiting.refuse();
        this.#advance();
      }, maxWaitMs);
      timer.unref();
      const waiting: Waiting = {
        requestId,
        entrance,
        enter: () => {
          clearTimeout(timer);
          this.#take(requestId, entrance);
          resolve();
        },
        refuse: () => {
          clearTimeout(timer);
          reject(overloaded());
        },
      };
      this.#queue.push(entrance, waiting);
    });
  }

  #advance(): void {
    for (let next = this.#queue.peek(); next && this.#hasRoomFor(next.entrance); next = this.#queue.peek()) {
      this.#queue.shift()?.enter();
    }
  }

  /** One request alone may be larger than the bound: it would never have room otherwise. */
  #hasRoomFor({ tokens }: Entrance): boolean {
    if (this.#running.size >= this.#limit) return false;
    return this.#running.size === 0 || this.#tokens + tokens <= this.#limits().maxTokensInFlight;
  }

  #take(requestId: string, { tokens, atMostMs }: Entrance): void {
    const timer = setTimeout(() => this.leave(requestId), atMostMs);
    timer.unref();
    this.#running.set(requestId, { tokens, release: () => clearTimeout(timer) });
    this.#tokens += tokens;
  }
}

function overloaded(): GatewayError {
  return new GatewayError({
    type: 'overloaded',
    message: 'The gateway works on as many requests as it can, and others wait. Try again after Retry-After.',
    retryAfterMs: 1_000,
  });
}
