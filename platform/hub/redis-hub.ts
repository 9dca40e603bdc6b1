import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Cipher } from '../store/contract.ts';
import type { HubMessage, StreamHub } from './contract.ts';
import { type HubListener, Listeners } from './listeners.ts';

export interface RedisHubSource {
  url: string;
  /** Messages carry content, so they are sealed. */
  cipher: Cipher;
}

const channelPrefix = 'holdfast:requests:';
const claimPrefix = 'holdfast:claims:';
/** A Redis that hangs must not hold a request: its follower polls the log anyway. */
const commandTimeoutMs = 1_000;
const longestReconnectPauseMs = 2_000;
const senderSizeBytes = 8;

/**
 * The hub of a gateway whose API and workers are several processes: Redis pub/sub, one channel a request. Listeners in
 * the publisher's own process are told directly, so that they lose nothing and wait for nothing while Redis is away.
 *
 * Layout of a message: id of the sending process (8 random bytes), sealed JSON.
 */
export async function createRedisHub(source: RedisHubSource): Promise<StreamHub> {
  const hub = new RedisHub(source);
  await hub.connect();
  return hub;
}

class RedisHub implements StreamHub {
  readonly shared = true;
  readonly #cipher: Cipher;
  readonly #listeners = new Listeners();
  readonly #sender = randomBytes(senderSizeBytes);
  readonly #publisher: Redis;
  readonly #subscriber: Redis;

  constructor({ url, cipher }: RedisHubSource) {
    this.#cipher = cipher;
    const options = {
      lazyConnect: true,
      // A message that cannot go now is dropped: the log has it, and a late one would only be a double.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: commandTimeoutMs,
      connectTimeout: commandTimeoutMs,
      retryStrategy: (tries: number) => Math.min(50 * 2 ** Math.min(tries, 10), longestReconnectPauseMs),
    };
    this.#publisher = new Redis(url, { ...options, enableAutoPipelining: true });
    this.#subscriber = new Redis(url, { ...options, autoResubscribe: false });
    // Trouble shows in `healthy`; without a listener ioredis would print it.
    for (const connection of [this.#publisher, this.#subscriber]) connection.on('error', () => undefined);
    this.#subscriber.on('ready', () => void this.#resubscribe());
    this.#subscriber.on('messageBuffer', (channel, message) => this.#receive(channel.toString(), message));
  }

  /** A Redis that is away at the start is reconnected to like one that went away later. */
  async connect(): Promise<void> {
    await Promise.allSettled([this.#publisher.connect(), this.#subscriber.connect()]);
  }

  publish(requestId: string, message: HubMessage): void {
    this.#listeners.tell(requestId, message);
    if (this.#publisher.status !== 'ready') return;
    const channel = channelOf(requestId);
    const sealed = this.#cipher.seal(Buffer.from(JSON.stringify(message)), channel);
    this.#publisher.publish(channel, Buffer.concat([this.#sender, sealed])).catch(ignore);
  }

  async subscribe(requestId: string, listener: HubListener): Promise<() => void> {
    const remove = this.#listeners.add(requestId, listener);
    await this.#subscriber.subscribe(channelOf(requestId)).catch(ignore);
    return () => {
      remove();
      if (!this.#listeners.has(requestId)) this.#subscriber.unsubscribe(channelOf(requestId)).catch(ignore);
    };
  }

  async claim(name: string, ttlMs: number): Promise<boolean> {
    if (this.#publisher.status !== 'ready') return true;
    const answer = this.#publisher.set(`${claimPrefix}${name}`, this.#sender.toString('hex'), 'PX', ttlMs, 'NX');
    return answer.then((set) => set === 'OK').catch(() => true);
  }

  healthy(): boolean {
    return this.#publisher.status === 'ready' && this.#subscriber.status === 'ready';
  }

  close(): Promise<void> {
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
    return Promise.resolve();
  }

  async #resubscribe(): Promise<void> {
    const channels = this.#listeners.requestIds().map(channelOf);
    if (channels.length > 0) await this.#subscriber.subscribe(...channels).catch(ignore);
  }

  /** What does not open was not sent by this gateway. */
  #receive(channel: string, received: Buffer): void {
    if (received.subarray(0, senderSizeBytes).equals(this.#sender)) return;
    let message: HubMessage;
    try {
      message = JSON.parse(Buffer.from(this.#cipher.open(received.subarray(senderSizeBytes), channel)).toString());
    } catch {
      return;
    }
    this.#listeners.tell(channel.slice(channelPrefix.length), message);
  }
}

function channelOf(requestId: string): string {
  return `${channelPrefix}${requestId}`;
}

function ignore(): void {}
