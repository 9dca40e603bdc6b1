import { GatewayError, type GatewayErrorInfo } from '../../domain/errors.ts';
import type { RequestRecord } from '../../domain/request-record.ts';
import { setAttemptHeaders, setSettledHeaders } from '../gateway/answer-headers.ts';
import { clientEvent, doneEvent, failedEvent } from '../gateway/stream-events.ts';
import { EventStream } from '../http/event-stream.ts';
import type { SignedInExchange } from '../http/exchange.ts';
import { sendError } from './error-envelope.ts';

/** One accepted request whose caller waits for the answer. */
export interface WaitingRequest {
  requestId: string;
  /**
   * True while the client's leaving means that nobody wants the answer: not after its outcome is known, and not after
   * a restart, which tells the client to leave and to resume elsewhere.
   */
  cancellable: boolean;
}

/** Why a settled request has no answer; undefined where it has one. */
function settledError({ status, error }: RequestRecord): GatewayErrorInfo | undefined {
  if (status === 'completed') return undefined;
  if (error) return error;
  if (status === 'cancelled') return { type: 'cancelled', message: 'The request was cancelled before its end.' };
  return { type: 'internal_error', message: 'The request failed without saying why.' };
}

function missingAnswer(): GatewayError {
  return new GatewayError({
    type: 'internal_error',
    message: 'The request has completed, but its answer is not kept. Send it again.',
  });
}

function sendSettledError(exchange: SignedInExchange, record: RequestRecord, error: GatewayErrorInfo): void {
  setSettledHeaders(exchange.res, record);
  sendError(exchange.res, error);
}

/** Waits for the outcome and answers with the stored text as it is. Undefined where the client left before. */
export async function answerWithJson(
  exchange: SignedInExchange,
  waiting: WaitingRequest,
): Promise<RequestRecord | undefined> {
  const { ports, principal, res, gone } = exchange;
  const { requestId } = waiting;
  const items = ports.follow({ requestId, tenant: principal.tenant, afterSeq: 0, signal: gone, events: false });
  for await (const item of items) {
    if (item.kind !== 'settled') continue;
    waiting.cancellable = false;
    const error = settledError(item.record);
    if (error) {
      sendSettledError(exchange, item.record, error);
      return item.record;
    }
    const text = await ports.result(principal.tenant, requestId);
    if (text === undefined) throw missingAnswer();
    const bytes = Buffer.from(text);
    setSettledHeaders(res, item.record);
    res.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.length });
    res.end(bytes);
    return item.record;
  }
  if (gone.aborted) return undefined;
  throw new GatewayError({ type: 'internal_error', message: 'The request has no outcome yet. Ask for it by its id.' });
}

/**
 * Passes the events on as they come. Until the first text or restart the headers are held back, so that a failure
 * before it has a proper status. Undefined where the client left before the outcome.
 */
export async function answerWithStream(
  exchange: SignedInExchange,
  waiting: WaitingRequest,
): Promise<RequestRecord | undefined> {
  const { ports, principal, res, gone, keepAliveMs } = exchange;
  const { requestId } = waiting;
  const stream = new EventStream(res, { keepAliveMs, gone });
  let lastSeq = 0;
  try {
    const items = ports.follow({ requestId, tenant: principal.tenant, afterSeq: 0, signal: gone, events: true });
    for await (const item of items) {
      if (item.kind === 'settled') {
        waiting.cancellable = false;
        await endStream(exchange, stream, { requestId, lastSeq, record: item.record });
        return item.record;
      }
      const { event } = item;
      lastSeq = event.seq;
      if (event.kind === 'attempt' && !stream.open) setAttemptHeaders(res, event.deployment, event.attempt);
      if (event.kind === 'restart') waiting.cancellable = false;
      const sent = clientEvent(requestId, event);
      if (sent) await stream.send(sent);
    }
    if (gone.aborted) return undefined;
    throw new GatewayError({
      type: 'internal_error',
      message: 'The request has no outcome yet. Ask for it by its id.',
    });
  } catch (error) {
    if (gone.aborted) return undefined;
    if (!stream.open) throw error;
    exchange.reportError(error);
    const info = error instanceof GatewayError ? error.info : interrupted;
    await stream.send(failedEvent(requestId, lastSeq, info));
    stream.end();
    return undefined;
  }
}

const interrupted: GatewayErrorInfo = { type: 'internal_error', message: 'The gateway failed while it was answering.' };

async function endStream(
  exchange: SignedInExchange,
  stream: EventStream,
  { requestId, lastSeq, record }: { requestId: string; lastSeq: number; record: RequestRecord },
): Promise<void> {
  const error = settledError(record);
  if (!stream.open) {
    // Completed without one event is no empty answer: its events are gone.
    const reason = error ?? missingAnswer().info;
    sendSettledError(exchange, record, reason);
    return;
  }
  await stream.send(error ? failedEvent(requestId, lastSeq, error) : doneEvent);
  stream.end();
}
