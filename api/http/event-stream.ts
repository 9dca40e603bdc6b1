import { once } from 'node:events';
import type { Response } from 'express';

/** One server-sent event. Source: WHATWG HTML, "Server-sent events". */
export interface ServerSentEvent {
  event?: string;
  id?: string | number;
  /** Any line breaks in it become several `data:` lines. */
  data: string;
}

function encode({ event, id, data }: ServerSentEvent): string {
  let text = '';
  if (event !== undefined) text += `event: ${event}\n`;
  if (id !== undefined) text += `id: ${id}\n`;
  const lines = /[\r\n]/.test(data) ? data.replaceAll(/\r\n|\r|\n/g, '\ndata: ') : data;
  return `${text}data: ${lines}\n\n`;
}

/**
 * An answer of server-sent events. The headers leave with the first event, in one packet; until then the answer may
 * still become a proper status. Comments keep the connection open while nothing is said.
 */
export class EventStream {
  readonly #res: Response;
  readonly #keepAliveMs: number;
  readonly #gone: AbortSignal;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(res: Response, options: { keepAliveMs: number; gone: AbortSignal }) {
    this.#res = res;
    this.#keepAliveMs = options.keepAliveMs;
    this.#gone = options.gone;
  }

  get open(): boolean {
    return this.#res.headersSent;
  }

  /** Sends the headers now, with a comment, where the first event may be far off. */
  async start(): Promise<void> {
    await this.#write(': open\n\n');
  }

  /** Resolves when the client has room for more (back-pressure) or is gone. */
  async send(event: ServerSentEvent): Promise<void> {
    await this.#write(encode(event));
  }

  end(): void {
    clearInterval(this.#keepAlive);
    this.#res.end();
  }

  async #write(text: string): Promise<void> {
    if (this.#gone.aborted) return;
    if (!this.#res.headersSent) this.#writeHead();
    if (this.#res.write(text)) return;
    try {
      await once(this.#res, 'drain', { signal: this.#gone });
    } catch (error) {
      if (!this.#gone.aborted) throw error;
    }
  }

  #writeHead(): void {
    this.#res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    this.#keepAlive = setInterval(() => {
      // A client that does not read gets no more comments on top of what waits for it.
      if (!this.#res.writableNeedDrain) this.#res.write(': keep-alive\n\n');
    }, this.#keepAliveMs);
    this.#keepAlive.unref();
    this.#gone.addEventListener('abort', () => clearInterval(this.#keepAlive), { once: true });
  }
}
