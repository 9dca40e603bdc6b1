import { createParser } from 'eventsource-parser';
import { Pool } from 'undici';
import { monotonicMs } from './monotonic-clock.ts';
import type { Endpoint } from './targets/target.ts';

/** What came of one request. A `problem` is short and without content: `status 429`, `wrong text`, an error code. */
type Outcome = { ok: true; elapsedMs: number; text: string } | { ok: false; problem: string };
type StreamOutcome = { ok: true; firstTokenMs: number; text: string } | { ok: false; problem: string };

/** Keep-alive connections to one endpoint. Every measure uses the same client, so that its own cost cancels out. */
export interface ChatClient {
  /** One chat without streaming, timed from the call to the last byte. Right only with the expected text. */
  complete(expectedText?: string): Promise<Outcome>;
  /**
   * One streamed chat; `firstTokenMs` is the time from the call to the first chunk with text in it. `onText` is told
   * each text as its bytes arrive, with the time of `monotonicMs()`.
   */
  stream(onText?: (text: string, atMs: number) => void): Promise<StreamOutcome>;
  close(): Promise<void>;
}

const timeoutMs = 60_000;

export function openClient(endpoint: Endpoint, connections: number): ChatClient {
  const pool = new Pool(endpoint.origin, { connections, pipelining: 1 });
  const bodyFor = (stream: boolean) =>
    JSON.stringify({
      model: endpoint.model,
      messages: [{ role: 'user', content: 'Say the usual words.' }],
      ...(stream && { stream: true }),
    });
  const bodies = { plain: bodyFor(false), streamed: bodyFor(true) };
  const send = (body: string) =>
    pool.request({
      path: endpoint.path,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...endpoint.headers },
      body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });

  return {
    async complete(expectedText) {
      try {
        const startedAt = monotonicMs();
        const response = await send(bodies.plain);
        const raw = await response.body.text();
        const elapsedMs = monotonicMs() - startedAt;
        if (response.statusCode !== 200) return { ok: false, problem: `status ${response.statusCode}` };
        const completion: Completion = JSON.parse(raw);
        const text = completion.choices[0]?.message.content;
        if (text === undefined || (expectedText !== undefined && text !== expectedText)) {
          return { ok: false, problem: 'wrong text' };
        }
        return { ok: true, elapsedMs, text };
      } catch (error) {
        return { ok: false, problem: nameOf(error) };
      }
    },
    async stream(onText = () => {}) {
      try {
        const startedAt = monotonicMs();
        const response = await send(bodies.streamed);
        if (response.statusCode !== 200) {
          await response.body.dump();
          return { ok: false, problem: `status ${response.statusCode}` };
        }
        let firstTokenAt: number | undefined;
        let arrivedAt = 0;
        let text = '';
        let done = false;
        const parser = createParser({
          onEvent({ data }) {
            if (data === '[DONE]') {
              done = true;
              return;
            }
            const chunk: Chunk = JSON.parse(data);
            const piece = chunk.choices?.[0]?.delta?.content;
            if (!piece) return;
            firstTokenAt ??= arrivedAt;
            text += piece;
            onText(piece, arrivedAt);
          },
        });
        const decoder = new TextDecoder();
        const body: AsyncIterable<Buffer> = response.body;
        for await (const bytes of body) {
          arrivedAt = monotonicMs();
          parser.feed(decoder.decode(bytes, { stream: true }));
        }
        if (!done || firstTokenAt === undefined) return { ok: false, problem: 'cut stream' };
        return { ok: true, firstTokenMs: firstTokenAt - startedAt, text };
      } catch (error) {
        return { ok: false, problem: nameOf(error) };
      }
    },
    close: () => pool.destroy(),
  };
}

interface Completion {
  choices: { message: { content?: string } }[];
}

interface Chunk {
  choices?: { delta?: { content?: string | null } }[];
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
