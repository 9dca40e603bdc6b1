import type { StreamEvent } from '../../domain/stream-event.ts';

/**
 * What processes tell each other about a running request, at once and without promise: the event log and the records
 * in the database are the truth, so a lost message costs time, never text.
 *
 * - `event`: was appended to the log.
 * - `settled`: the request's outcome is durable.
 * - `abort`: stop calling the model for this request (its client left, or somebody cancelled it).
 */
export type HubMessage = { kind: 'event'; event: StreamEvent } | { kind: 'settled' } | { kind: 'abort' };

export interface StreamHub {
  /** Never throws; order is kept for one publisher and one request. */
  publish(requestId: string, message: HubMessage): void;
  /** Resolves once messages published from now on will arrive. Call what it returns to leave. */
  subscribe(requestId: string, listener: (message: HubMessage) => void): Promise<() => void>;
  /** False while messages cannot be carried (Redis is away); followers then read the log by polling. */
  healthy(): boolean;
  close(): Promise<void>;
}
