import { setTimeout as delay } from 'node:timers/promises';
import { type Check, holds, skipped } from '../check.ts';
import { recovered, streamsExact } from '../checker/outage.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { playAll } from '../load/play.ts';
import { probeChat, probeReady, streamsNow } from '../load/probe.ts';
import { type Scenario, withCluster } from '../scenario.ts';
import { hasRedisServer, type RedisServer } from '../../support/redis.ts';

const awayMs = 2_000;

/** Redis only makes streams quick; without it they are read from the database. */
export const redisAway: Scenario = {
  name: 'Redis killed, and frozen, in the middle of streams',
  run: (context) =>
    hasRedisServer()
      ? withCluster(context, { workers: 1, database: 'sqlite' }, storyOfRedis)
      : Promise.resolve([skipped('Redis', 'no redis-server on this machine')]),
};

async function storyOfRedis(cluster: Cluster): Promise<Check[]> {
  const { redis } = cluster;
  if (!redis) throw new Error('the cluster has no Redis');
  const streams = playAll(cluster, streamsNow(['long', 'long', 'heir', 'thinker', 'quick']), () => undefined);
  await delay(800);
  const during = probeWhile(redis, cluster);
  const statuses = await during;
  return [
    streamsExact(await streams),
    holds(
      'requests meanwhile',
      '200',
      statuses.join(' '),
      statuses.every((status) => status === 200),
    ),
    ...recovered(await probeChat(cluster), await probeReady(cluster), cluster.api.readyAtMs.length - 1),
  ];
}

/** Once dead, once silent, each for a while; gives what new requests got. */
async function probeWhile(redis: RedisServer, cluster: Cluster): Promise<number[]> {
  await redis.crash();
  const whileDead = probeChat(cluster);
  await delay(awayMs);
  await redis.restart();
  await delay(awayMs / 2);
  redis.freeze();
  const whileFrozen = probeChat(cluster);
  await delay(awayMs);
  redis.thaw();
  return (await Promise.all([whileDead, whileFrozen])).map(({ status }) => status);
}
