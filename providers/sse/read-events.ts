import type { Readable } from 'node:stream';
import { createParser, type EventSourceMessage, type ParseError } from 'eventsource-parser';
import { GatewayError } from '../../domain/errors.ts';
import { maxEventBytes, maxStreamBytes } from '../http/limits.ts';

/**
 * The server-sent events of a body, each as soon as it is complete. The next bytes are read only when the reader asks
 * for the next event, so a slow reader slows the server. The body is not destroyed when the reader leaves: it decides
 * whether the connection is kept. Rejects as `provider_protocol` when an event or the stream outgrows its bound.
 */
export async function* readEvents(body: Readable): AsyncGenerator<EventSourceMessage, void> {
  let events: EventSourceMessage[] = [];
  let failure: ParseError | undefined;
  const parser = createParser({
    maxBufferSize: maxEventBytes,
    onEvent: (event) => events.push(event),
    onError: (error) => {
      // Unknown fields and bad retry intervals are to be ignored (WHATWG HTML, 9.2.6).
      if (error.type === 'max-buffer-size-exceeded') failure = error;
    },
  });
  const decoder = new TextDecoder();
  let sizeBytes = 0;
  for await (const bytes of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += bytes.length;
    if (sizeBytes > maxStreamBytes) throw tooLarge(`stream is longer than ${maxStreamBytes} bytes`);
    parser.feed(decoder.decode(bytes, { stream: true }));
    if (failure !== undefined) throw tooLarge(`event is longer than ${maxEventBytes} bytes`);
    const complete = events;
    events = [];
    yield* complete;
  }
}

function tooLarge(what: string): GatewayError {
  return new GatewayError({ type: 'provider_protocol', message: `The provider's ${what}` });
}
