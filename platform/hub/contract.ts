import type { PoolMessage } from '../../domain/routing/pool-message.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';

/**
 * What processes tell each other about a running request, at once and without promise: the event log and the records
 * in the database are the truth, so a lost message costs time, never text.
 *
 * - `event`: was appended to the log.
 * - `settled`: the request's outcome is durable.
 * - `abort`: stop calling the model for this request (its client left, or somebody cancelled it).
 *
 * And of what they share, under `poolTopic`:
 *
 * - `pool`: how calls of deployments went.
 * - `drains`: an operator took a deployment out or back in; the database says which.
 * - `reload`: an operator wants the configuration read again.
 *
 * Under `keysTopic`:
 *
 * - `keys_changed`: the tenant's data keys were rotated or destroyed.
 */
export type HubMessage =
  | { kind: 'event'; event: StreamEvent }
  | { kind: 'settled' }
  | { kind: 'abort' }
  | { kind: 'pool'; message: PoolMessage }
  | { kind: 'drains' }
  | { kind: 'reload' }
  | { kind: 'keys_changed'; tenant: string };

/** Stands where a request's id stands; no request has it. */
export const poolTopic = 'pool';

/** As `poolTopic`. */
export const keysTopic = 'keys';

export interface StreamHub {
  /** Never throws; order is kept for one publisher and one request. */
  publish(requestId: string, message: HubMessage): void;
  /** Resolves once messages published from now on will arrive. Call what it returns to leave. */
  subscribe(requestId: string, listener: (message: HubMessage) => void): Promise<() => void>;
  /** Whether there may be other processes behind it. */
  readonly shared: boolean;
  /**
   * True for one of all processes, until `ttlMs` are over. While messages cannot be carried, each wins for itself. Never
   * throws.
   */
  claim(name: string, ttlMs: number): Promise<boolean>;
  /** False while messages cannot be carried (Redis is away); followers then read the log by polling. */
  healthy(): boolean;
  close(): Promise<void>;
}
