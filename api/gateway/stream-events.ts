import type { GatewayErrorInfo } from '../../domain/errors.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import type { ServerSentEvent } from '../http/event-stream.ts';
import { errorEnvelope } from '../openai/error-envelope.ts';

/** Where a request's events can be read again. */
function resumeAddress(requestId: string): string {
  return `/v1/requests/${requestId}/events`;
}

/** End of a stream that OpenAI's clients wait for. */
export const doneEvent: ServerSentEvent = { data: '[DONE]' };

/**
 * All text before is void; what follows begins anew. OpenAI's clients throw on the `error` member, so an unaware one
 * never joins the two texts; an aware one forgets its text and reads on.
 */
function restartEvent(requestId: string, seq: number): ServerSentEvent {
  const resume = resumeAddress(requestId);
  const message =
    'The answer could not be continued and begins anew. Forget the text so far and begin your text again; ' +
    `resume at GET ${resume} with Last-Event-ID: ${seq}.`;
  return {
    event: 'gateway.restart',
    id: seq,
    data: JSON.stringify({
      error: { message, type: 'stream_restarted', code: 'stream_restarted', param: null },
      gateway: { event: 'restart', resume, last_event_id: String(seq) },
    }),
  };
}

/** The answer ended in an error after its first byte. */
export function failedEvent(requestId: string, lastSeq: number, error: GatewayErrorInfo): ServerSentEvent {
  const resume = resumeAddress(requestId);
  const envelope = errorEnvelope(error);
  envelope.error.message += ` The text so far is incomplete; read what there is at GET ${resume}.`;
  return {
    event: 'error',
    data: JSON.stringify({
      ...envelope,
      gateway: { event: 'failed', resume, last_event_id: String(lastSeq) },
    }),
  };
}

/** A logged event as a client sees it; undefined for those that are told in headers only. */
export function clientEvent(requestId: string, event: StreamEvent): ServerSentEvent | undefined {
  if (event.kind === 'chunk') return { id: event.seq, data: event.json };
  if (event.kind === 'restart') return restartEvent(requestId, event.seq);
  return undefined;
}
