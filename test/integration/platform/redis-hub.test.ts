import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { HubMessage, StreamHub } from '../../../platform/hub/contract.ts';
import { follow } from '../../../platform/hub/follow.ts';
import { createRedisHub } from '../../../platform/hub/redis-hub.ts';
import type { Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { eventually } from '../../support/poll.ts';
import { hasRedisServer, type RedisServer, startRedis } from '../../support/redis.ts';
import { aCipher, aRequest, chunks, tenant } from '../../support/store-fixtures.ts';

const available = hasRedisServer();
if (!available) console.warn('The Redis hub is not tested: install the package redis-server.');

(available ? describe : describe.skip)('the Redis hub', () => {
  const cipher = aCipher();
  let redis: RedisServer;
  let dataDir: string;
  let store: Store;
  let worker: StreamHub;
  let api: StreamHub;

  beforeAll(async () => {
    redis = await startRedis();
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-hub-'));
    store = await openStore({ dataDir, cipher });
    [worker, api] = await Promise.all([
      createRedisHub({ url: redis.url, cipher }),
      createRedisHub({ url: redis.url, cipher }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([worker?.close(), api?.close(), store?.close()]);
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const heal = () => eventually('both hubs to heal', () => worker.healthy() && api.healthy());

  async function inProgress(): Promise<string> {
    const request = aRequest();
    await store.requests.accept(request);
    await store.requests.begin(request.id, 'run-1');
    return request.id;
  }

  const settle = (requestId: string) =>
    store.requests.settle({ requestId, runId: 'run-1', status: 'cancelled', finishedAt: new Date() });

  function followed(requestId: string, pollMs: number) {
    const seen: (number | string)[] = [];
    const end = (async () => {
      const options = { requestId, tenant, afterSeq: 0, signal: new AbortController().signal, pollMs };
      for await (const item of follow({ store, hub: api }, options)) {
        seen.push(item.kind === 'event' ? item.event.seq : item.record.status);
      }
      return seen;
    })();
    return { seen, end };
  }

  it('carries messages between processes in order, to the listeners of their request only', async () => {
    const [mine, others]: HubMessage[][] = [[], []];
    const leave = await api.subscribe('a', (message) => mine?.push(message));
    await api.subscribe('b', (message) => others?.push(message));
    for (const event of chunks(1, 200)) worker.publish('a', { kind: 'event', event });
    worker.publish('a', { kind: 'settled' });
    await eventually('all messages', () => mine?.length === 201);
    expect(mine?.slice(0, 200).map((message) => (message.kind === 'event' ? message.event.seq : 0))).toEqual(
      chunks(1, 200).map(({ seq }) => seq),
    );
    leave();
    worker.publish('a', { kind: 'abort' });
    worker.publish('b', { kind: 'abort' });
    await eventually('the message of the other request', () => others?.length === 1);
    expect(mine).toHaveLength(201);
  });

  it('tells listeners of its own process at once and once, also while Redis is away', async () => {
    const mine: HubMessage[] = [];
    const leave = await worker.subscribe('own', (message) => mine.push(message));
    const [event] = chunks(1, 1);
    worker.publish('own', { kind: 'event', event: event! });
    expect(mine).toEqual([{ kind: 'event', event }]);
    api.publish('own', { kind: 'settled' });
    await eventually('the message of the other process', () => mine.length > 1);
    expect(mine).toEqual([{ kind: 'event', event }, { kind: 'settled' }]);

    await redis.crash();
    await eventually('the hub to notice', () => !worker.healthy());
    worker.publish('own', { kind: 'abort' });
    expect(mine.at(-1)).toEqual({ kind: 'abort' });
    leave();
    await redis.restart();
    await heal();
  });

  it('shows nothing of the content to Redis, and ignores what it did not send', async () => {
    const watcher = new Redis(redis.url);
    const raw: Buffer[] = [];
    watcher.on('pmessageBuffer', (_pattern, _channel, message) => raw.push(message));
    await watcher.psubscribe('*');
    const mine: HubMessage[] = [];
    await api.subscribe('c', (message) => mine.push(message));
    const speaker = new Redis(redis.url);
    await speaker.publish('holdfast:requests:c', JSON.stringify({ kind: 'settled' }));
    worker.publish('c', { kind: 'event', event: { seq: 1, kind: 'chunk', json: 'PLANTED' } });
    await eventually('the real message', () => mine.length > 0);
    expect(mine).toEqual([{ kind: 'event', event: { seq: 1, kind: 'chunk', json: 'PLANTED' } }]);
    await eventually('the watcher to see both', () => raw.length === 2);
    expect(Buffer.concat(raw).includes('PLANTED')).toBe(false);
    watcher.disconnect();
    speaker.disconnect();
  });

  it('lets followers end by polling while Redis is away, and carries again when it is back', async () => {
    const id = await inProgress();
    const { seen, end } = followed(id, 50);
    await store.events.append(id, chunks(1, 2));
    await eventually('the first events', () => seen.length === 2);

    await redis.crash();
    await eventually('the hubs to notice', () => !worker.healthy() && !api.healthy());
    await store.events.append(id, chunks(3, 4));
    worker.publish(id, { kind: 'event', event: chunks(3, 3)[0]! });
    const startedWithoutRedis = followed(id, 50);
    await eventually('events without Redis', () => seen.length === 4 && startedWithoutRedis.seen.length === 4);

    await redis.restart();
    await heal();
    const aborts: HubMessage[] = [];
    await worker.subscribe(id, (message) => aborts.push(message));
    api.publish(id, { kind: 'abort' });
    await eventually('a message through the new Redis', () => aborts.length === 1);

    await settle(id);
    worker.publish(id, { kind: 'settled' });
    expect(await end).toEqual([1, 2, 3, 4, 'cancelled']);
    expect(await startedWithoutRedis.end).toEqual([1, 2, 3, 4, 'cancelled']);
  });

  it('listens again after a restart to requests that were subscribed before', async () => {
    const mine: HubMessage[] = [];
    await api.subscribe('d', (message) => mine.push(message));
    await redis.crash();
    await eventually('the hubs to notice', () => !worker.healthy() && !api.healthy());
    await redis.restart();
    await heal();
    await eventually('the old subscription', () => {
      worker.publish('d', { kind: 'abort' });
      return mine.length > 0;
    });
    expect(mine[0]).toEqual({ kind: 'abort' });
  });

  it('does not hold a follower while Redis hangs', async () => {
    const id = await inProgress();
    await store.events.append(id, chunks(1, 2));
    redis.freeze();
    try {
      const { seen, end } = followed(id, 50);
      await eventually('events from the log', () => seen.length === 2);
      await settle(id);
      expect(await end).toEqual([1, 2, 'cancelled']);
    } finally {
      redis.thaw();
    }
  });

  it('starts without Redis and connects when it comes', async () => {
    await redis.crash();
    const late = await createRedisHub({ url: redis.url, cipher });
    expect(late.healthy()).toBe(false);
    const mine: HubMessage[] = [];
    await late.subscribe('e', (message) => mine.push(message));
    await redis.restart();
    await heal();
    await eventually('a message to the late hub', () => {
      worker.publish('e', { kind: 'abort' });
      return mine.length > 0;
    });
    await late.close();
  });

  it('lets one of all processes win a claim, until its time is over', async () => {
    const first = await Promise.all([worker.claim('probe:light', 400), api.claim('probe:light', 400)]);
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(await worker.claim('probe:other', 400)).toBe(true);
    await eventually('the claim to run out', () => api.claim('probe:light', 400));
  });
});
