import { setTimeout as delay } from 'node:timers/promises';
import { type Check, holds } from '../check.ts';
import { keyedAnswered, recovered, refusedBeforeAck, streamsExact } from '../checker/outage.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { playAll } from '../load/play.ts';
import { keyedNow, probeChat, probeDuring, probeReady, streamsNow } from '../load/probe.ts';
import { type Scenario, withCluster } from '../scenario.ts';

/** Longer than the 10 s for which a request waits to be made durable. */
const awayMs = 12_000;

/** Temporal dies under load and stays away; then it and the gateway die at the same moment. */
export const temporalAway: Scenario = {
  name: 'Temporal away for 12 s',
  run: (context) =>
    withCluster(context, { workers: 0, database: 'sqlite' }, async (cluster) => [
      ...(await awayUnderLoad(cluster)),
      ...(await diesWithTheGateway(cluster)),
    ]),
};

async function awayUnderLoad(cluster: Cluster): Promise<Check[]> {
  const streams = playAll(cluster, streamsNow(['long', 'heir', 'thinker', 'quick']), () => undefined);
  await delay(500);
  const outage = away(cluster);
  const [chats, readiness, keyed] = await Promise.all([
    probeDuring(outage, () => probeChat(cluster)),
    probeDuring(outage, () => probeReady(cluster)),
    playAll(cluster, keyedNow(6), () => undefined),
  ]);
  const served = chats.filter(({ status }) => status === 200).length;
  const calls = (await cluster.upstream.calls()).filter(({ model }) => model === 'whole').length;
  return [
    ...refusedBeforeAck(chats, readiness, 'temporal'),
    holds('upstream calls for new requests', `${served}, none for the refused`, calls, calls === served),
    streamsExact(await streams),
    keyedAnswered(keyed),
    ...recovered(await probeChat(cluster), await probeReady(cluster), cluster.api.readyAtMs.length - 1),
  ];
}

async function diesWithTheGateway(cluster: Cluster): Promise<Check[]> {
  const outage = away(cluster);
  cluster.api.kill();
  await outage;
  const back = await cluster.api.untilReady().then(
    () => 'ready',
    (error: unknown) => String(error),
  );
  return [holds('gateway killed while Temporal is away', 'comes back by itself', back, back === 'ready')];
}

/** Resolves when Temporal serves again. */
async function away(cluster: Cluster): Promise<void> {
  process.kill(cluster.temporal.pid, 'SIGKILL');
  await delay(awayMs);
  await cluster.temporal.crashAndRestart();
}
