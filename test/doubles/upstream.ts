import { EventEmitter, once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Behaviour } from './behaviour.ts';
import { perform } from './perform.ts';
import { anthropicWire } from './wires/anthropic.ts';
import { googleWire } from './wires/google.ts';
import { openaiWire } from './wires/openai.ts';
import type { Wire } from './wires/wire.ts';

/** One HTTP call of a model, as the vendor saw it. Times are milliseconds since the epoch. */
export interface UpstreamCall {
  number: number;
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** Tells connections apart. */
  clientPort: number | undefined;
  model: string;
  stream: boolean;
  /** Parsed JSON; an empty object where bodies are not kept. */
  body: Record<string, unknown>;
  /** As it came over the wire; empty where bodies are not kept. */
  rawBody: string;
  tokensSent: number;
  startedAt: number;
  /** The answer was handed over whole. */
  finishedAt?: number;
  /** The caller closed the connection before that. */
  abortedAt?: number;
  /** The double itself broke the connection, as its script said. */
  cutAt?: number;
}

export interface UpstreamOptions {
  port?: number;
  /** What a call without a script gets; a short answer where absent. */
  otherwise?: Behaviour;
  /** False keeps long benchmarks small. */
  keepBodies?: boolean;
}

export interface Upstream {
  /** Without a path: `http://127.0.0.1:PORT`. */
  url: string;
  port: number;
  /** Oldest first. */
  calls: UpstreamCall[];
  /** Calls that are under way now, and the most there ever were. */
  load(): { current: number; highest: number };
  /**
   * What the next calls get, in order; the last one repeats. With a model, only calls of that model, which then no
   * longer follow the common script. Replaces the script that was there.
   */
  script(behaviours: Behaviour[], model?: string): void;
  /** Resolves when the condition holds; looked at after each thing that happens here. */
  until(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** Resolves when nothing has happened here for `quietMs`. */
  untilStill(quietMs?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * A double of a model vendor over real HTTP: OpenAI's `/v1/chat/completions` (also Ollama's and llama.cpp's),
 * Anthropic's `/v1/messages`, Google's `:generateContent` and `:streamGenerateContent`.
 */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const calls: UpstreamCall[] = [];
  const scripts = new Map<string | undefined, Behaviour[]>();
  const changes = new EventEmitter().setMaxListeners(0);
  const load = { current: 0, highest: 0 };
  const changed = () => void changes.emit('change');

  function next(model: string): Behaviour {
    const script = scripts.get(model) ?? scripts.get(undefined) ?? [];
    const behaviour = script.length > 1 ? script.shift() : script[0];
    return behaviour ?? options.otherwise ?? { kind: 'answer' };
  }

  function setScript(behaviours: Behaviour[], model?: string): void {
    scripts.set(model, [...behaviours]);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = Date.now();
    const path = request.url ?? '/';
    const rawBody = (await buffer(request)).toString();
    if (answerPlainGet(path, response)) return;
    if (path === '/__calls') return sendAsJson(response, calls);
    if (path === '/__script') {
      const { behaviours, model }: { behaviours: Behaviour[]; model?: string } = JSON.parse(rawBody);
      setScript(behaviours, model);
      return sendAsJson(response, {});
    }
    const wireName = wireOf(path);
    if (wireName === undefined) return void response.writeHead(404).end('{"error":{"message":"Unknown request URL"}}');

    const wire = wires[wireName];
    const body = parseObject(rawBody);
    if (body === undefined) return void response.writeHead(400).end('{"error":{"message":"Malformed JSON"}}');
    const wireCall = { path, body };
    const kept = options.keepBodies === false ? { body: {}, rawBody: '' } : { body, rawBody };
    const call: UpstreamCall = {
      number: calls.length + 1,
      method: request.method ?? '',
      path,
      headers: request.headers,
      clientPort: request.socket.remotePort,
      model: wire.modelOf(wireCall),
      stream: wire.wantsStream(wireCall),
      ...kept,
      tokensSent: 0,
      startedAt,
    };
    calls.push(call);
    load.current++;
    load.highest = Math.max(load.highest, load.current);
    const gone = new AbortController();
    response.once('finish', () => {
      call.finishedAt = Date.now();
      changed();
    });
    response.once('close', () => {
      load.current--;
      if (call.finishedAt === undefined && call.cutAt === undefined) call.abortedAt = Date.now();
      gone.abort();
      changed();
    });
    changed();
    const onCut = () => {
      call.cutAt = Date.now();
    };
    const onToken = () => {
      call.tokensSent++;
      changed();
    };
    try {
      await perform(next(call.model), { call: wireCall, wire, wireName, response, gone: gone.signal, onToken, onCut });
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    load: () => ({ ...load }),
    script: setScript,
    async until(condition, timeoutMs = 5_000) {
      const signal = AbortSignal.timeout(timeoutMs);
      while (!condition()) await once(changes, 'change', { signal });
    },
    async untilStill(quietMs = 100) {
      for (;;) {
        const quiet = AbortSignal.timeout(quietMs);
        const moved = await once(changes, 'change', { signal: quiet }).catch(() => undefined);
        if (moved === undefined) return;
      }
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const wires: Record<'openai' | 'anthropic' | 'google', Wire> = {
  openai: openaiWire,
  anthropic: anthropicWire,
  google: googleWire,
};

function wireOf(path: string): keyof typeof wires | undefined {
  if (path.endsWith('/chat/completions')) return 'openai';
  if (path.endsWith('/messages')) return 'anthropic';
  if (/:(stream)?[gG]enerateContent/.test(path)) return 'google';
  return undefined;
}

/** Health and model lists: llama.cpp's `/health`, Ollama's `/api/tags`, OpenAI's `/v1/models`. */
function answerPlainGet(path: string, response: ServerResponse): boolean {
  if (path === '/health') sendAsJson(response, { status: 'ok' });
  else if (path === '/api/tags') sendAsJson(response, { models: [{ name: 'llama3.2:1b', model: 'llama3.2:1b' }] });
  else if (path === '/v1/models') {
    sendAsJson(response, {
      object: 'list',
      data: [{ id: 'small-chat', object: 'model', created: 1741570283, owned_by: 'double' }],
    });
  } else return false;
  return true;
}

function sendAsJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
