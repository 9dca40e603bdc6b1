import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { allowance, type RequestAllowance } from '../../domain/gcra.ts';
import type { Logger } from '../logger.ts';
import type { Entry, LimitedSubject, RateLimiter } from './contract.ts';
import { enterScript } from './enter-script.ts';
import { createInProcessLimiter, once, tightest } from './in-process-limiter.ts';

/** Longer than a Redis nearby ever takes, also for a process that is short of CPU; a request waits no longer. */
const commandTimeoutMs = 1_000;
/** After a failure each process counts for itself, and asks again only then. */
const pauseMs = 1_000;
/** A place of a process that died is free again after this long. */
const placeHeldMs = 60_000;
const renewMs = 20_000;
const longestReconnectPauseMs = 2_000;

type LimiterRedis = Redis & { enterLimits(keyCount: number, ...args: (string | number)[]): Promise<unknown[]> };

/**
 * Counts in Redis, for all processes together, in one round trip a request. While Redis is away each process counts for
 * itself from nothing, so that the limits hold for each process and no request waits.
 */
export async function createRedisLimiter({ url, logger }: { url: string; logger: Logger }): Promise<RateLimiter> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 1_000,
    retryStrategy: (tries) => Math.min(50 * 2 ** Math.min(tries, 10), longestReconnectPauseMs),
  }) as LimiterRedis;
  redis.on('error', () => undefined);
  redis.defineCommand('enterLimits', { lua: enterScript });
  await redis.connect().catch(() => undefined);
  const own = createInProcessLimiter();
  let shared = true;
  let askAgainAtMs = 0;

  const note = (works: boolean): void => {
    if (works === shared) return;
    shared = works;
    if (works) logger.info({ part: 'rate limits' }, 'limits hold for all processes together again');
    else logger.warn({ part: 'rate limits' }, 'Redis does not answer: each process counts for itself');
  };

  return {
    async enter(subjects) {
      if (performance.now() < askAgainAtMs) return own.enter(subjects);
      try {
        const entry = await enterShared(redis, subjects);
        note(true);
        return entry;
      } catch {
        askAgainAtMs = performance.now() + pauseMs;
        note(false);
        return own.enter(subjects);
      }
    },
    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

async function enterShared(redis: LimiterRedis, subjects: readonly LimitedSubject[]): Promise<Entry> {
  const place = randomUUID();
  const keys = subjects.flatMap(({ id }) => [`holdfast:rate:${id}`, placesKey(id)]);
  const limits = subjects.flatMap(({ limits: { rpm = 0, concurrency = 0 } }) => [rpm, concurrency]);
  const [by, ...rest] = await redis.enterLimits(keys.length, ...keys, place, placeHeldMs, ...limits);
  if (by === 'rpm' || by === 'concurrency') {
    const subject = subjects[Number(rest[0])];
    if (!subject) throw new Error('Redis named a subject that it was not asked about');
    return {
      kind: 'refused',
      by,
      subject,
      retryAfterMs: Number(rest[1]),
      requests: allowancesOf(subjects, rest.slice(2)),
    };
  }
  const held = subjects.flatMap((subject) => (subject.limits.concurrency === undefined ? [] : placesKey(subject.id)));
  return { kind: 'entered', requests: allowancesOf(subjects, rest), leave: hold(redis, held, place) };
}

function allowancesOf(subjects: readonly LimitedSubject[], pairs: unknown[]): RequestAllowance | undefined {
  return tightest(
    subjects.flatMap(({ limits: { rpm } }, index) => {
      const at = pairs.findIndex((value, place) => place % 2 === 0 && Number(value) === index);
      return rpm === undefined || at < 0 ? [] : allowance(rpm, Number(pairs[at + 1]), 0);
    }),
  );
}

/** Keeps the place of a request that goes on; a process that dies keeps it no longer than `placeHeldMs`. */
function hold(redis: Redis, keys: string[], place: string): () => void {
  if (keys.length === 0) return () => undefined;
  const renew = setInterval(() => {
    // Added to what stands there, because only Redis' own clock counts.
    for (const key of keys) {
      redis
        .pipeline()
        .zadd(key, 'XX', 'INCR', renewMs, place)
        .pexpire(key, placeHeldMs)
        .exec()
        .catch(() => undefined);
    }
  }, renewMs);
  renew.unref();
  return once(() => {
    clearInterval(renew);
    for (const key of keys) redis.zrem(key, place).catch(() => undefined);
  });
}

function placesKey(id: string): string {
  return `holdfast:places:${id}`;
}
