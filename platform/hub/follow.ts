import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../../domain/errors.ts';
import { isTerminal, type RequestRecord } from '../../domain/request-record.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import type { EventLog, RequestStore } from '../store/contract.ts';
import type { StreamHub } from './contract.ts';
import { LiveFeed } from './live-feed.ts';

/** What a follower reads. */
export interface FollowedStore {
  requests: Pick<RequestStore, 'get'>;
  events: Pick<EventLog, 'read'>;
}

export interface FollowOptions {
  requestId: string;
  tenant: string;
  /** Number of the last event the reader has; 0 for none. */
  afterSeq: number;
  /** Ends the following without a `settled`. */
  signal: AbortSignal;
  /** False for a reader that only wants the outcome. */
  events?: boolean;
  /** Longest silence after which the database is asked, in case messages were lost. */
  pollMs?: number;
}

export type Followed = { kind: 'event'; event: StreamEvent } | { kind: 'settled'; record: RequestRecord };

const defaultPollMs = 1_000;
const pageSize = 256;

/**
 * A request's events after `afterSeq`, each once and in order, then its outcome. The log in the database is the truth;
 * the hub only says at once what would be found there a little later, so a hub that is away, loses, doubles or reorders
 * messages costs time, never text. A database that is away for a moment is waited for.
 * @throws GatewayError `not_found` for a request the tenant does not have, `not_ready` where the database cannot be
 *   read at the start.
 */
export async function* follow(
  { store, hub }: { store: FollowedStore; hub: StreamHub },
  options: FollowOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { requestId, tenant, signal, events: wantsEvents = true, pollMs = defaultPollMs } = options;
  let lastSeq = options.afterSeq;
  const feed = new LiveFeed(lastSeq);
  const unsubscribe = await hub.subscribe(requestId, (message) => feed.receive(message, wantsEvents));
  const stop = (): void => feed.wake();
  signal.addEventListener('abort', stop);

  async function* readLog(): AsyncGenerator<Followed, void, undefined> {
    for (let page = pageSize; page === pageSize && !signal.aborted;) {
      const found = await store.events.read(requestId, lastSeq, pageSize);
      page = found.length;
      for (const event of found) {
        lastSeq = event.seq;
        feed.advance(lastSeq);
        yield { kind: 'event', event };
      }
    }
  }

  try {
    let started = false;
    while (!signal.aborted) {
      try {
        // The record first: once it has an end, the log read after it is complete.
        const record = await store.requests.get(tenant, requestId);
        if (!record) throw notFound();
        if (wantsEvents) yield* readLog();
        if (isTerminal(record.status)) {
          if (!signal.aborted) yield { kind: 'settled', record };
          return;
        }
        started = true;
      } catch (error) {
        if (!started || !isNotReady(error)) throw error;
        await delay(pollMs, undefined, { signal }).catch(() => undefined);
      }
      // Live events as long as they come without a gap; then the database again.
      while (!signal.aborted) {
        const event = feed.take();
        if (event) {
          lastSeq = event.seq;
          yield { kind: 'event', event };
          continue;
        }
        if (feed.needsLog() || !(await feed.wait(pollMs))) break;
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    unsubscribe();
  }
}

function notFound(): GatewayError {
  return new GatewayError({ type: 'not_found', message: 'There is no request with this id.' });
}

function isNotReady(error: unknown): boolean {
  return error instanceof GatewayError && error.type === 'not_ready';
}
