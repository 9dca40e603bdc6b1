import type { Readable } from 'node:stream';
import type { ChatCall } from '../contract.ts';
import { assertContentType } from '../http/content-type.ts';
import { errorFromException } from '../http/error-from-exception.ts';
import { errorFromPayload } from '../http/error-from-response.ts';
import { maxAnswerBytes } from '../http/limits.ts';
import { postJson } from '../http/post-json.ts';
import { readText } from '../http/read-text.ts';
import { parseJson } from '../json.ts';
import { readEvents } from '../sse/read-events.ts';

/** The HTTP side of one call through an AI SDK model. */
export interface VendorExchange {
  /** For the provider's `fetch` setting. Rejects as GatewayError for everything but a 2xx answer. */
  fetch: typeof globalThis.fetch;
  /**
   * Why the stream ended before its end. It is told here and not through the stream, because an error overtakes what
   * the SDK has not handed out yet.
   */
  failure(): unknown;
  /** Closes the connection, whatever is still under way. */
  close(): void;
}

/**
 * Gives the SDK the same connections, bounds and error table that the raw adapters use. A stream is framed anew event
 * by event, so the SDK reads no event that is too large and no error event.
 */
export function vendorExchange(call: ChatCall, stream: boolean): VendorExchange {
  const { provider } = call.deployment;
  let body: Readable | undefined;
  let failure: unknown;

  async function* frames(source: Readable): AsyncGenerator<Uint8Array, void> {
    const encoder = new TextEncoder();
    try {
      for await (const event of readEvents(source)) {
        if (isError(event)) throw errorFromPayload(provider, parseJson(event.data));
        yield encoder.encode(`data: ${event.data.replaceAll('\n', '\ndata: ')}\n\n`);
      }
    } catch (error) {
      failure = errorFromException(error, { provider, signal: call.signal, phase: 'within-answer' });
    } finally {
      source.destroy();
    }
  }

  return {
    async fetch(input, init) {
      const url = input instanceof Request ? input.url : String(input);
      const answer = await postJson({
        provider,
        url,
        headers: Object.fromEntries(new Headers(init?.headers)),
        body: typeof init?.body === 'string' ? init.body : '',
        signal: call.signal,
        onQuota: call.onQuota,
      });
      body = answer.body;
      try {
        assertContentType(answer.headers, stream ? 'text/event-stream' : 'application/json', provider);
        if (stream)
          return new Response(ReadableStream.from(frames(body)), { headers: { 'content-type': 'text/event-stream' } });
        const text = await readText(body, maxAnswerBytes, 'reject');
        if (isError({ data: text })) throw errorFromPayload(provider, parseJson(text));
        return new Response(text, { headers: { 'content-type': 'application/json' } });
      } catch (error) {
        body.destroy();
        throw errorFromException(error, { provider, signal: call.signal, phase: 'within-answer' });
      }
    },
    failure: () => failure,
    close: () => void body?.destroy(),
  };
}

/** Anthropic's `event: error` with `{"type":"error",…}`, Google's `{"error":…}`. */
function isError(event: { event?: string | undefined; data: string }): boolean {
  return event.event === 'error' || /^\s*\[?\s*\{\s*"(error"\s*:|type"\s*:\s*"error")/.test(event.data);
}
