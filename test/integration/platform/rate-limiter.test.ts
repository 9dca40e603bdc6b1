import pino from 'pino';
import type { LimitedSubject, RateLimiter } from '../../../platform/rate-limit/contract.ts';
import { createInProcessLimiter } from '../../../platform/rate-limit/in-process-limiter.ts';
import { createRedisLimiter } from '../../../platform/rate-limit/redis-limiter.ts';
import { eventually } from '../../support/poll.ts';
import { hasRedisServer, type RedisServer, startRedis } from '../../support/redis.ts';

const withRedis = hasRedisServer();
if (!withRedis) console.warn('Rate limits are not tested on Redis: there is no redis-server.');
const logger = pino({ level: 'silent' });

let redis: RedisServer | undefined;
beforeAll(async () => {
  if (withRedis) redis = await startRedis();
});
afterAll(() => redis?.stop());

let nextId = 0;
const subject = (limits: LimitedSubject['limits'], name = String((nextId += 1))): LimitedSubject => ({
  id: `{tenant}:${name}`,
  limits,
});

/** What each of so many tries at once comes to. */
async function tries(count: number, limiters: RateLimiter[], subjects: LimitedSubject[]): Promise<string[]> {
  const entries = await Promise.all(
    Array.from({ length: Math.ceil(count / limiters.length) }, () =>
      limiters.map((each) => each.enter(subjects)),
    ).flat(),
  );
  return entries
    .slice(0, count)
    .map((entry) => (entry?.kind === 'refused' ? entry.by : 'entered'))
    .toSorted();
}

describe.each(withRedis ? ['in one process', 'in Redis'] : ['in one process'])('limits counted %s', (where) => {
  const opened: RateLimiter[] = [];
  const open = async (): Promise<RateLimiter> => {
    const shared = where === 'in Redis' && redis;
    const limiter = shared ? await createRedisLimiter({ url: shared.url, logger }) : createInProcessLimiter();
    opened.push(limiter);
    return limiter;
  };
  /** Two processes, where two can count together. */
  const openAll = async (): Promise<RateLimiter[]> =>
    where === 'in Redis' ? [await open(), await open()] : [await open()];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((limiter) => limiter.close()));
  });

  it('let a whole burst in at once, and not one more, over all processes', async () => {
    const limiters = await openAll();
    const results = await tries(12, limiters, [subject({ rpm: 5 })]);
    expect(results).toEqual([...Array.from({ length: 5 }, () => 'entered'), ...Array.from({ length: 7 }, () => 'rpm')]);
  });

  it('say what is left, and when the next request may come', async () => {
    const limiter = await open();
    const limited = [subject({ rpm: 2 })];
    expect(await limiter.enter(limited)).toMatchObject({ kind: 'entered', requests: { limit: 2, remaining: 1 } });
    expect(await limiter.enter(limited)).toMatchObject({ kind: 'entered', requests: { limit: 2, remaining: 0 } });
    const third = await limiter.enter(limited);
    if (third.kind !== 'refused') throw new Error('the third was let in');
    expect(third.requests).toMatchObject({ limit: 2, remaining: 0 });
    expect(third.retryAfterMs).toBeGreaterThan(29_000);
    expect(third.retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  it('let the next request in as soon as its turn has come', async () => {
    const limiter = await open();
    const limited = [subject({ rpm: 1200 })];
    expect(await tries(1200, [limiter], limited)).not.toContain('rpm');
    await eventually('the next turn', async () => (await limiter.enter(limited)).kind === 'entered');
  });

  it('let so many be under way at a time, over all processes, and the next one when one has left', async () => {
    const limiters = await openAll();
    const limited = [subject({ concurrency: 3 })];
    const [first] = limiters;
    if (!first) throw new Error('there is no limiter');
    const held = await first.enter(limited);
    expect(await tries(6, limiters, limited)).toEqual([
      'concurrency',
      'concurrency',
      'concurrency',
      'concurrency',
      'entered',
      'entered',
    ]);
    if (held.kind === 'refused') throw new Error('the first was refused');
    held.leave();
    held.leave();
    await eventually('a free place', async () => (await first.enter(limited)).kind === 'entered');
    expect(await tries(3, limiters, limited)).toEqual(['concurrency', 'concurrency', 'concurrency']);
  });

  it('count against all subjects or against none', async () => {
    const limiter = await open();
    const key = subject({ rpm: 10 });
    const tenant = subject({ rpm: 2, concurrency: 1 });
    expect(await limiter.enter([key, tenant])).toMatchObject({ requests: { limit: 2, remaining: 1 } });
    expect(await limiter.enter([key, tenant])).toMatchObject({ kind: 'refused', by: 'concurrency', subject: tenant });
    expect(await limiter.enter([key])).toMatchObject({ kind: 'entered', requests: { limit: 10, remaining: 8 } });
    expect(await limiter.enter([{ ...tenant, limits: { rpm: 2 } }])).toMatchObject({ requests: { remaining: 0 } });
  });
});

const onRedis = withRedis ? describe : describe.skip;

onRedis('limits counted in Redis', () => {
  it('hold in each process while Redis is away, hangs or comes back, and no request waits long for it', async () => {
    const server = await startRedis();
    const limiter = await createRedisLimiter({ url: server.url, logger });
    const limited = [subject({ rpm: 2 })];
    try {
      expect(await tries(2, [limiter], limited)).toEqual(['entered', 'entered']);
      server.freeze();
      const startedAt = performance.now();
      expect(await tries(3, [limiter], limited)).toEqual(['entered', 'entered', 'rpm']);
      expect(performance.now() - startedAt).toBeLessThan(4_000);
      server.thaw();
      await server.crash();
      expect(await tries(2, [limiter], limited)).toEqual(['rpm', 'rpm']);
      await server.restart();
      // A Redis that was started anew has forgotten, and lets a burst in again.
      await eventually('Redis to be asked again', async () => (await limiter.enter(limited)).kind === 'entered');
    } finally {
      await limiter.close();
      await server.stop();
    }
  });

  it('hold where Redis is away from the start', async () => {
    const limiter = await createRedisLimiter({ url: 'redis://127.0.0.1:1', logger });
    expect(await tries(2, [limiter], [subject({ rpm: 1 })])).toEqual(['entered', 'rpm']);
    await limiter.close();
  });
});
