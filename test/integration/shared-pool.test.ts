import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import { startUpstream, type Upstream } from '../doubles/upstream.ts';
import { hello, temporalAddress } from '../support/gateway-fixture.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { eventually } from '../support/poll.ts';
import { hasRedisServer, type RedisServer, startRedis } from '../support/redis.ts';

const available = hasRedisServer();
if (!available) console.warn('A pool shared by processes is not tested: install the package redis-server.');

function sharedConfig(upstreamUrl: string): ConfigFile {
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  const at = (model: string) => ({ provider: 'near', model, price });
  return {
    providers: { near: { kind: 'openai-compatible', baseUrl: `${upstreamUrl}/v1`, local: true } },
    deployments: { flaky: at('m-flaky'), steady: at('m-steady') },
    aliases: { pair: { deployments: ['flaky', 'steady'] } },
  };
}

const ask = async (gateway: GatewayProcess) => (await gateway.chat({ ...hello, model: 'pair' })).text();

async function stateAt(gateway: GatewayProcess): Promise<{ breaker: string; drained: boolean } | undefined> {
  const response = await gateway.fetch('/admin/deployments');
  const { data } = (await response.json()) as { data: { name: string; breaker: string; drained: boolean }[] };
  return data.find(({ name }) => name === 'flaky');
}

(available ? describe : describe.skip)('two processes that share Redis and a database', () => {
  let redis: RedisServer;
  let upstream: Upstream;
  let processes: GatewayProcess[];

  beforeAll(async () => {
    [redis, upstream] = await Promise.all([startRedis(), startUpstream()]);
    const options = {
      temporalAddress: temporalAddress(),
      namespace: `test-${randomUUID().slice(0, 8)}`,
      config: sharedConfig(upstream.url),
      dataDir: await mkdtemp(join(tmpdir(), 'holdfast-shared-')),
      env: { REDIS_URL: redis.url },
    };
    processes = [await startGatewayProcess(options), await startGatewayProcess(options)];
  });
  afterAll(async () => {
    await Promise.all((processes ?? []).map((gateway) => gateway.kill()));
    await Promise.all([upstream?.close(), redis?.stop()]);
  });

  const first = () => processes[0]!;
  const second = () => processes[1]!;
  const callsOf = (model: string) => upstream.calls.filter((call) => call.model === model).length;

  it('leave a failing deployment together, and send it one probe between them', async () => {
    upstream.script([{ kind: 'error', error: 'internal' }], 'm-flaky');
    for (let request = 0; request < 5; request++) await ask(first());
    await eventually('the other to hear of it', async () => (await stateAt(second()))?.breaker === 'open');
    const before = callsOf('m-flaky');
    await ask(second());
    expect(callsOf('m-flaky')).toBe(before);

    upstream.script([{ kind: 'answer', delayMs: 1_500 }], 'm-flaky');
    await eventually('the probe', async () => {
      await Promise.all([ask(first()), ask(second())]);
      return callsOf('m-flaky') > before;
    });
    await Promise.all(processes.flatMap((gateway) => [1, 2, 3].map(() => ask(gateway))));
    expect(callsOf('m-flaky')).toBe(before + 1);
  });

  it('both keep away from what is drained at one of them', async () => {
    await first().fetch('/admin/deployments/flaky/drain', { method: 'POST' });
    await eventually('the other to hear of it', async () => (await stateAt(second()))?.drained);
    await second().fetch('/admin/deployments/flaky/undrain', { method: 'POST' });
    await eventually('the first to hear of it', async () => (await stateAt(first()))?.drained === false);
    expect((await stateAt(second()))?.drained).toBe(false);
  });
});
