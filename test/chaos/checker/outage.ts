import { type Check, holds, noneViolates } from '../check.ts';
import { type ClientSeen, isExact } from '../load/client.ts';
import type { Probe } from '../load/probe.ts';

/** New requests while a vital part is away: refused before the ack, or served when it is back; never anything else. */
export function refusedBeforeAck(chats: readonly Probe[], readiness: readonly Probe[], part: string): Check[] {
  const refused = chats.filter(({ status }) => status === 503);
  const unready = readiness.filter(({ status, body }) => status === 503 && body.includes(`"${part}"`));
  return [
    noneViolates(
      'new requests meanwhile',
      '503 with Retry-After, or 200 after it',
      chats.length,
      chats.filter(({ status, retryAfter }) => status !== 200 && (status !== 503 || retryAfter === null)).map(told),
    ),
    holds('refusals', 'at least one', refused.length, refused.length > 0),
    holds(
      'readyz meanwhile',
      `503 that names ${part}`,
      `${unready.length} of ${readiness.length} probes`,
      unready.length > 0,
    ),
  ];
}

/** Back to service without a restart of the gateway. */
export function recovered(chat: Probe, ready: Probe, restarts: number): Check[] {
  return [
    holds('afterwards', 'readyz 200, a request answered', `${ready.status}, ${chat.status}`, isOk(chat) && isOk(ready)),
    holds('restarts of the gateway', '0', restarts, restarts === 0),
  ];
}

export function streamsExact(streams: readonly ClientSeen[]): Check {
  return noneViolates(
    'streams under way',
    'end exactly, without the client doing anything',
    streams.length,
    streams
      .filter((seen) => !isExact(seen) || seen.resumptions > 0)
      .map(
        (seen) => `${seen.plan.model}: ${seen.end} ${seen.error ?? ''} ${seen.resumptions} resumptions, "${seen.text}"`,
      ),
  );
}

/** Clients that asked again with the same key until they were served. */
export function keyedAnswered(clients: readonly ClientSeen[]): Check {
  return noneViolates(
    'requests with keys, sent again',
    'each answered under one id',
    clients.length,
    clients
      .filter((seen) => !isExact(seen) || seen.requestIds.length !== 1)
      .map((seen) => `${seen.plan.mode}: ${seen.end} ${seen.error ?? ''} ${seen.requestIds.join(' ')}`),
  );
}

function isOk({ status }: Probe): boolean {
  return status === 200;
}

function told({ status, body, tookMs }: Probe): string {
  return `${status} after ${tookMs} ms: ${body.slice(0, 200)}`;
}
