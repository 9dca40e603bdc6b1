import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import type { RequestRecord } from '../../domain/request-record.ts';
import { EventStream } from '../http/event-stream.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import { setRequestId } from './answer-headers.ts';
import { toRequestObject } from './request-object.ts';
import { idParameter, ownerScopes, requestIdOf, requestNotFound } from './requests.ts';
import { clientEvent, doneEvent } from './stream-events.ts';

/** Number of the last event the client has: the header that browsers send, then `?last_event_id`; 0 for none. */
function lastEventId({ req }: SignedInExchange): number {
  const given = req.headers['last-event-id'] ?? req.query['last_event_id'];
  if (given === undefined || given === '') return 0;
  if (typeof given === 'string' && /^\d{1,15}$/.test(given)) return Number(given);
  throw new GatewayError({
    type: 'invalid_request',
    message: 'Last-Event-ID must be the id of an event of this request.',
    param: 'last_event_id',
  });
}

async function readResult(exchange: SignedInExchange, record: RequestRecord): Promise<unknown> {
  if (record.status !== 'completed') return null;
  const text = await exchange.ports.result(exchange.principal.tenant, record.id);
  return text === undefined ? null : JSON.parse(text);
}

/**
 * The events after the client's last one, then what is still to come, then the request itself. The closing events
 * bear the number of the last real one, so that a client that reconnects after them reads only them again.
 */
async function sendEvents(exchange: SignedInExchange): Promise<void> {
  const { ports, principal, res, gone, keepAliveMs } = exchange;
  const requestId = requestIdOf(exchange);
  let lastSeq = lastEventId(exchange);
  if (!(await ports.record(principal.tenant, requestId))) throw requestNotFound();
  setRequestId(res, requestId);
  const stream = new EventStream(res, { keepAliveMs, gone });
  await stream.start();
  const items = ports.follow({ requestId, tenant: principal.tenant, afterSeq: lastSeq, signal: gone, events: true });
  try {
    for await (const item of items) {
      if (item.kind === 'event') {
        lastSeq = item.event.seq;
        const sent = clientEvent(requestId, item.event);
        if (sent) await stream.send(sent);
      } else {
        const request = toRequestObject(item.record, await readResult(exchange, item.record));
        await stream.send({ event: 'gateway.finished', id: lastSeq, data: JSON.stringify(request) });
        await stream.send({ ...doneEvent, id: lastSeq });
        stream.end();
        return;
      }
    }
  } catch (error) {
    if (!gone.aborted) throw error;
  }
}

/** `GET /v1/requests/{id}/events`. */
export const requestEventsRoute: Route = {
  method: 'get',
  path: '/v1/requests/:id/events',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'Events of a request from any point on, during and after it',
    tag: 'gateway',
    parameters: [
      idParameter,
      { name: 'Last-Event-ID', in: 'header', description: 'Id of the last event the client has', schema: z.string() },
      { name: 'last_event_id', in: 'query', description: 'The same, for clients without headers', schema: z.string() },
    ],
    responses: {
      200: {
        description:
          'Server-sent events, each with an id: chunks of the answer as data; event: gateway.restart, which voids the ' +
          'text before it; at the end event: gateway.finished with the request as data, then data: [DONE].',
        mediaType: 'text/event-stream',
      },
    },
  },
  handle: sendEvents,
};
