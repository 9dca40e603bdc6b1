import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Answer, Behaviour } from './behaviour.ts';
import { vendorErrors } from './fixtures/vendor-errors.ts';
import type { StreamFrames, Wire, WireCall } from './wires/wire.ts';

export interface Exchange {
  call: WireCall;
  wire: Wire;
  wireName: 'openai' | 'anthropic' | 'google';
  response: ServerResponse;
  /** Fires when the caller has closed the connection. */
  gone: AbortSignal;
  /** Told after each token that the socket took. */
  onToken: () => void;
  /** Told before the double itself breaks the connection. */
  onCut: () => void;
}

const compressors = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };

const plainAnswer: Answer = { kind: 'answer' };

/** Does to a call what its script says. Rejects when the caller goes away while it waits. */
export async function perform(behaviour: Behaviour, exchange: Exchange): Promise<void> {
  const { call, wire, wireName, response, gone } = exchange;
  const stream = wire.wantsStream(call);
  switch (behaviour.kind) {
    case 'answer':
      await sleep(behaviour.delayMs ?? 0, undefined, { signal: gone });
      if (!stream) return sendJson(exchange, wire.json(call, behaviour));
      return sendFrames(exchange, wire.frames(call, behaviour), behaviour);
    case 'error': {
      const { status, [wireName]: body } = vendorErrors[behaviour.error];
      const type = body.startsWith('<') ? 'text/html' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...behaviour.headers }).end(body);
      return;
    }
    case 'raw':
      response.writeHead(behaviour.status, behaviour.headers);
      if (behaviour.after === undefined || behaviour.after === 'end') return void response.end(behaviour.body);
      await flush(exchange, behaviour.body);
      if (behaviour.after === 'hang') return untilGone(gone);
      return cutOff(exchange);
    case 'compressed': {
      const { head, tokens, finish, done } = wire.frames(call, plainAnswer);
      const body = stream ? [...head, ...tokens, ...finish, ...done].join('') : wire.json(call, plainAnswer);
      const type = stream ? 'text/event-stream' : 'application/json';
      response.writeHead(200, { 'content-type': type, 'content-encoding': behaviour.encoding });
      return void response.end(compressors[behaviour.encoding](body));
    }
    case 'hang':
      return untilGone(gone);
    case 'stall':
      await sendHead(exchange, behaviour.afterTokens);
      return untilGone(gone);
    case 'reset':
      exchange.onCut();
      return void response.socket?.resetAndDestroy();
    case 'cut':
      await sendHead(exchange, behaviour.afterTokens);
      return cutOff(exchange);
    case 'unfinished':
      await sendHead(exchange, behaviour.afterTokens);
      response.end();
      return;
    case 'no-done':
      return sendFrames(exchange, { ...wire.frames(call, plainAnswer), done: [] }, plainAnswer);
    case 'malformed':
      if (!stream) return sendJson(exchange, wire.json(call, plainAnswer).slice(0, -9));
      await sendHead(exchange, behaviour.afterTokens);
      response.end('data: {"choices":[{"index":0,"delta":{"con\n\ndata: [DONE]\n\n');
      return;
    case 'error-event':
      if (!stream) return sendJson(exchange, vendorErrors[behaviour.error][wireName]);
      await sendHead(exchange, behaviour.afterTokens);
      response.end(wire.errorEvent(behaviour.error));
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in to the Wi-Fi</body></html>');
      return;
    case 'empty':
      if (!stream) return sendJson(exchange, wire.emptyJson(call));
      startStream(response).end(wire.frames(call, plainAnswer).done.join(''));
      return;
    case 'endless':
      return sendEndless(exchange, behaviour.tokenBytes ?? 4, behaviour.paceMs ?? 0);
    case 'gzip-bomb':
      response.writeHead(200, {
        'content-type': stream ? 'text/event-stream' : 'application/json',
        'content-encoding': 'gzip',
      });
      response.end(
        gzipSync(Buffer.concat([Buffer.from('data: '), Buffer.alloc(behaviour.decodedBytes, 32)]), { level: 1 }),
      );
      return;
    case 'wrong-length': {
      const body = wire.json(call, plainAnswer);
      const length = Buffer.byteLength(body) + behaviour.byBytes;
      response.socket?.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
      );
      return;
    }
  }
}

/** Ends the connection in the middle of the answer; what was flushed still arrives. */
function cutOff({ response, onCut }: Exchange): void {
  onCut();
  response.socket?.destroy();
}

function sendJson({ response, onToken }: Exchange, body: string): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  onToken();
}

function startStream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.flushHeaders();
  return response;
}

async function sendFrames(exchange: Exchange, frames: StreamFrames, pace: Answer): Promise<void> {
  const { response, gone, onToken } = exchange;
  startStream(response);
  await sleep(pace.firstTokenMs ?? 0, undefined, { signal: gone });
  for (const head of frames.head) await write(exchange, head, pace.bytesPerWrite);
  for (const token of frames.tokens) {
    if (pace.paceMs !== undefined) await sleep(pace.paceMs, undefined, { signal: gone });
    await write(exchange, token, pace.bytesPerWrite);
    onToken();
  }
  for (const end of [...frames.finish, ...frames.done]) await write(exchange, end, pace.bytesPerWrite);
  response.end();
}

/** The beginning of an answer, whose end the caller decides. The socket has it before this resolves. */
async function sendHead(exchange: Exchange, tokens: number): Promise<void> {
  if (!exchange.wire.wantsStream(exchange.call)) {
    const json = exchange.wire.json(exchange.call, { kind: 'answer', tokens });
    exchange.response.writeHead(200, { 'content-type': 'application/json' });
    await flush(exchange, json.slice(0, json.length / 2));
    return;
  }
  const frames = exchange.wire.frames(exchange.call, { kind: 'answer', tokens });
  startStream(exchange.response);
  for (const head of frames.head) await flush(exchange, head);
  for (const token of frames.tokens) {
    await flush(exchange, token);
    exchange.onToken();
  }
}

async function sendEndless(exchange: Exchange, tokenBytes: number, paceMs: number): Promise<void> {
  const frames = exchange.wire.frames(exchange.call, { kind: 'answer', parts: ['x'.repeat(tokenBytes)] });
  startStream(exchange.response);
  for (const head of frames.head) await write(exchange, head);
  while (!exchange.gone.aborted) {
    if (paceMs > 0) await sleep(paceMs, undefined, { signal: exchange.gone });
    else await new Promise((resolve) => setImmediate(resolve));
    for (const token of frames.tokens) await write(exchange, token);
    exchange.onToken();
  }
}

async function write({ response, gone }: Exchange, text: string, bytesPerWrite?: number): Promise<void> {
  const bytes = Buffer.from(text);
  const size = bytesPerWrite ?? bytes.length;
  for (let at = 0; at < bytes.length; at += size) {
    const took = response.write(bytes.subarray(at, at + size));
    if (bytesPerWrite !== undefined) await new Promise((resolve) => setImmediate(resolve));
    if (!took) await once(response, 'drain', { signal: gone });
  }
}

/** Resolves when the kernel has the bytes. */
async function flush({ response }: Exchange, text: string): Promise<void> {
  await new Promise((resolve) => response.write(text, resolve));
}

async function untilGone(gone: AbortSignal): Promise<void> {
  if (!gone.aborted) await once(gone, 'abort');
}
