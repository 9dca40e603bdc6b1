import { setTimeout as delay } from 'node:timers/promises';
import { Agent, fetch, type Response } from 'undici';
import { textOf } from '../cluster/models.ts';
import { newSeen, readEvents, see, type SeenStream } from '../../support/read-stream.ts';
import type { ClientPlan } from './client-plan.ts';

/** What one client saw, from its first byte sent to its last byte read. */
export interface ClientSeen {
  plan: ClientPlan;
  /** Got 2xx headers or a 202; before that nothing was promised. */
  acked: boolean;
  requestIds: string[];
  /** The answer as the client has it in the end. */
  text?: string;
  /**
   * `answered`: has the whole answer. `unsure`: its connection died before the ack and it has no key to ask again with.
   * `failed`: was told an error that is no invitation to come back. `hung`: its patience ran out.
   */
  end: 'answered' | 'unsure' | 'failed' | 'hung';
  error?: string;
  startedAtMs: number;
  endedAtMs: number;
  /** POSTs that may have reached the gateway. */
  posts: number;
  refusals: number;
  resumptions: number;
  restarts: number;
}

export interface Target {
  url: string;
  headers: Record<string, string>;
}

const patienceMs = 150_000;
const pauseMs = 250;

class Ended extends Error {
  readonly end: ClientSeen['end'];
  constructor(end: ClientSeen['end'], message: string) {
    super(message);
    this.end = end;
  }
}

/** Plays one client to its end; never rejects. */
export async function playClient(target: Target, plan: ClientPlan): Promise<ClientSeen> {
  const seen: ClientSeen = {
    plan,
    acked: false,
    requestIds: [],
    end: 'answered',
    startedAtMs: Date.now(),
    endedAtMs: 0,
    posts: 0,
    refusals: 0,
    resumptions: 0,
    restarts: 0,
  };
  // A connection each: one that is reused would mix a dying server with its successor.
  const connections = new Agent({ pipelining: 0, bodyTimeout: patienceMs, headersTimeout: patienceMs });
  const client = new Client(target, seen, connections);
  try {
    seen.text = await client.answer();
  } catch (error) {
    seen.end = error instanceof Ended ? error.end : 'hung';
    seen.error = String(error);
  } finally {
    seen.endedAtMs = Date.now();
    await connections.destroy();
  }
  return seen;
}

class Client {
  readonly #target: Target;
  readonly #seen: ClientSeen;
  readonly #connections: Agent;
  readonly #signal = AbortSignal.timeout(patienceMs);

  constructor(target: Target, seen: ClientSeen, connections: Agent) {
    this.#target = target;
    this.#seen = seen;
    this.#connections = connections;
  }

  async answer(): Promise<string> {
    for (;;) {
      const response = await this.#post();
      const { mode } = this.#seen.plan;
      if (mode === 'async') {
        await response.text().catch(() => '');
        return this.#poll();
      }
      const text = mode === 'stream' ? await this.#readStream(response) : await this.#readJson(response);
      if (text !== undefined) return text;
      this.#seen.resumptions += 1;
    }
  }

  /** Sends the request until it is acked. Whoever has a key asks again after any trouble; others only when refused. */
  async #post(): Promise<Response> {
    const { plan } = this.#seen;
    for (;;) {
      const response = await this.#fetch('/v1/chat/completions', {
        method: 'POST',
        headers: {
          ...(plan.key !== undefined && { 'idempotency-key': plan.key }),
          ...(plan.mode === 'async' && { prefer: 'respond-async' }),
        },
        body: JSON.stringify({
          model: plan.model,
          messages: [{ role: 'user', content: `request ${plan.request}` }],
          ...(plan.mode === 'stream' && { stream: true }),
        }),
      });
      if (response === 'refused') {
        this.#seen.refusals += 1;
        await this.#pause(pauseMs);
        continue;
      }
      this.#seen.posts += 1;
      if (response === 'broken') {
        if (plan.key === undefined) throw new Ended('unsure', 'the connection died before the ack');
        await this.#pause(pauseMs);
        continue;
      }
      if (response.ok) {
        this.#ack(response);
        return response;
      }
      const body = await response.text().catch(() => '');
      if (response.status !== 503 && response.status !== 429) {
        throw new Ended('failed', `${response.status} ${body.slice(0, 200)}`);
      }
      this.#seen.refusals += 1;
      const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1_000;
      await this.#pause(Math.max(pauseMs, Math.min(2_000, retryAfterMs)));
    }
  }

  #ack(response: Response): void {
    const id = response.headers.get('x-request-id');
    this.#seen.acked = true;
    if (id !== null && !this.#seen.requestIds.includes(id)) this.#seen.requestIds.push(id);
  }

  /** Undefined where the connection died and the key shall bring the answer. */
  async #readJson(response: Response): Promise<string | undefined> {
    try {
      return completionText(JSON.parse(await response.text()));
    } catch {
      return this.#seen.plan.key === undefined ? this.#poll() : undefined;
    }
  }

  /** Undefined where it broke and is to be taken up by sending the request again. */
  async #readStream(response: Response): Promise<string | undefined> {
    const stream = newSeen();
    const finished = await readToEnd(response, stream);
    this.#seen.restarts += stream.restarts;
    if (finished) return stream.text;
    if (this.#seen.plan.resume === 'repost') return undefined;
    return this.#resume(stream);
  }

  /** Reads on where the stream broke, as often as it takes. */
  async #resume(stream: SeenStream): Promise<string> {
    for (;;) {
      this.#seen.resumptions += 1;
      await this.#pause(pauseMs);
      stream.errors.length = 0;
      const response = await this.#fetch(`/v1/requests/${this.#seen.requestIds.at(-1)}/events`, {
        ...(stream.lastId !== undefined && { headers: { 'last-event-id': stream.lastId } }),
      });
      if (response === 'refused' || response === 'broken') continue;
      if (!response.ok) {
        const body = await response.text().catch(() => '');
        if (response.status === 503 || response.status === 429) continue;
        throw new Ended('failed', `events: ${response.status} ${body.slice(0, 200)}`);
      }
      const before = stream.restarts;
      const finished = await readToEnd(response, stream);
      this.#seen.restarts += stream.restarts - before;
      if (finished) return stream.text;
    }
  }

  /** Asks for the request until it has ended. */
  async #poll(): Promise<string> {
    for (;;) {
      const response = await this.#fetch(`/v1/requests/${this.#seen.requestIds.at(-1)}`, {});
      if (response !== 'refused' && response !== 'broken') {
        const body = await response.text().catch(() => '');
        if (!response.ok && response.status !== 503 && response.status !== 429) {
          throw new Ended('failed', `record: ${response.status} ${body.slice(0, 200)}`);
        }
        const record = response.ok && body.endsWith('}') ? JSON.parse(body) : undefined;
        if (record?.status === 'completed') return completionText(record.result);
        if (record?.status === 'failed' || record?.status === 'cancelled') {
          throw new Ended('failed', `record: ${record.status} ${JSON.stringify(record.error)}`);
        }
      }
      await this.#pause(pauseMs * 2);
    }
  }

  async #fetch(
    path: string,
    init: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Response | 'refused' | 'broken'> {
    try {
      return await fetch(`${this.#target.url}${path}`, {
        ...init,
        headers: { ...this.#target.headers, ...init.headers },
        dispatcher: this.#connections,
        signal: this.#signal,
      });
    } catch (error) {
      if (this.#signal.aborted) throw new Ended('hung', `no answer within ${patienceMs} ms`);
      const cause: unknown = error instanceof Error ? error.cause : undefined;
      const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
      return code === 'ECONNREFUSED' ? 'refused' : 'broken';
    }
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#signal }).catch(() => {
      throw new Ended('hung', `no answer within ${patienceMs} ms`);
    });
  }
}

/** True where the stream was finished in an orderly way. */
async function readToEnd(response: Response, stream: SeenStream): Promise<boolean> {
  try {
    for await (const event of readEvents(response)) {
      if (event.event === 'gateway.finished') {
        const record = JSON.parse(event.data);
        if (record.status !== 'completed') throw new Ended('failed', `finished as ${record.status}: ${event.data}`);
      }
      see(stream, event);
    }
  } catch (error) {
    if (error instanceof Ended) throw error;
    return false;
  }
  return stream.done;
}

function completionText(completion: { choices: { message: { content: string } }[] }): string {
  return completion.choices[0]?.message.content ?? '';
}

/** The text is what the model says, no more and no less. */
export function isExact({ plan, text }: ClientSeen): boolean {
  return text === textOf(plan.model);
}
