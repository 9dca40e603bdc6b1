import { LivePool } from '../../../activities/live-stats.ts';
import { type PoolSharing, sharePool } from '../../../activities/pool-sharing.ts';
import type { ChatCompletion } from '../../../domain/chat.ts';
import { GatewayError, type GatewayErrorType } from '../../../domain/errors.ts';
import type { Figures } from '../../../domain/routing/figures.ts';
import type { HubMessage, StreamHub } from '../../../platform/hub/contract.ts';
import { Listeners } from '../../../platform/hub/listeners.ts';
import { createLogger } from '../../../platform/logger.ts';
import type { DeploymentStateStore } from '../../../platform/store/deployment-state-contract.ts';
import { eventually } from '../../support/poll.ts';

const completion: ChatCompletion = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [],
  usage: { prompt_tokens: 1, completion_tokens: 9, total_tokens: 10 },
};

/** What all processes of a test have in common, and a clock that can be put forward. */
function surroundings() {
  const bus = new Listeners();
  const claims = new Map<string, number>();
  const kept = new Map<string, Figures>();
  const drained = new Set<string>();
  let aheadMs = 0;
  const nowMs = () => Date.now() + aheadMs;
  const hub: StreamHub = {
    publish: (topic: string, message: HubMessage) => bus.tell(topic, structuredClone(message)),
    subscribe: async (topic, listener) => bus.add(topic, listener),
    shared: true,
    claim: async (name, ttlMs) => {
      if ((claims.get(name) ?? 0) > nowMs()) return false;
      claims.set(name, nowMs() + ttlMs);
      return true;
    },
    healthy: () => true,
    close: async () => undefined,
  };
  const deployments: DeploymentStateStore = {
    read: async () => {
      const names = new Set([...kept.keys(), ...drained]);
      return [...names].map((name) => {
        const figures = kept.get(name);
        return { name, drained: drained.has(name), ...(figures && { figures: structuredClone(figures) }) };
      });
    },
    drained: async () => [...drained],
    keep: async (states) => {
      for (const [name, figures] of states) kept.set(name, structuredClone(figures));
    },
    setDrained: async (name, isDrained) => void (isDrained ? drained.add(name) : drained.delete(name)),
  };
  return { hub, deployments, nowMs, putForward: (ms: number) => void (aheadMs += ms) };
}

let around: ReturnType<typeof surroundings>;
let running: PoolSharing[];
beforeEach(() => {
  around = surroundings();
  running = [];
});
afterEach(() => Promise.all(running.map((pool) => pool.stop())));

async function startProcess(): Promise<{ live: LivePool; pool: PoolSharing }> {
  const live = new LivePool(around.nowMs);
  const pool = await sharePool({
    config: { onChange: () => undefined, tryReload: () => undefined },
    live,
    hub: around.hub,
    store: { deployments: around.deployments },
    logger: createLogger('silent'),
  });
  running.push(pool);
  return { live, pool };
}

async function fails(live: LivePool, type: GatewayErrorType, times = 1): Promise<void> {
  for (let call = 0; call < times; call++) {
    const error = new GatewayError({ type, message: 'It went wrong.' });
    const ended = live.watch('light', { stream: true, streamed: { ownText: '' } }, () => Promise.reject(error));
    await expect(ended).rejects.toBe(error);
  }
}

function mayProbe({ live }: { live: LivePool }): boolean {
  const { breaker } = live.of('light');
  return breaker.state === 'half_open' && !breaker.probing;
}

describe('processes that share a pool', () => {
  it('all leave a deployment that fails in one of them', async () => {
    const [one, other] = [await startProcess(), await startProcess()];
    await fails(one.live, 'provider_unavailable', 5);
    expect(one.live.of('light').breaker.state).toBe('open');
    await eventually('the other to hear of it', () => other.live.of('light').breaker.state === 'open');
    expect(other.live.errorsOf('light')).toMatchObject({ provider_unavailable: { count: 5 } });
  });

  it('count the calls of all of them', async () => {
    const [one, other] = [await startProcess(), await startProcess()];
    const { promise, resolve } = Promise.withResolvers<{ completion: ChatCompletion }>();
    const call = one.live.watch('light', { stream: false, streamed: { ownText: '' } }, () => promise);
    await eventually('the other to hear of it', () => other.live.load('light').inFlight === 1);
    expect(other.live.load('light').callsLastMinute).toBe(1);
    resolve({ completion });
    await call;
    await eventually('the other to hear of its end', () => other.live.load('light').inFlight === 0);
  });

  it('let one probe through among all of them', async () => {
    const [one, other] = [await startProcess(), await startProcess()];
    await fails(one.live, 'provider_auth');
    await eventually('the other to hear of it', () => other.live.of('light').breaker.state === 'open');
    around.putForward(61_000);
    const winner = await eventually('one of them to win the probe', () => [one, other].find(mayProbe));
    const loser = winner === one ? other : one;
    expect(mayProbe(loser)).toBe(false);
    winner.live.routed({ ranked: [], excluded: [], order: ['light'] });
    expect(mayProbe(winner)).toBe(false);
    around.putForward(3_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(mayProbe(loser)).toBe(false);
    await winner.live.watch('light', { stream: false, streamed: { ownText: '' } }, async () => ({ completion }));
    await eventually('both to give traffic back', () =>
      [one, other].every(({ live }) => live.of('light').breaker.state === 'recovering'),
    );
  });

  it('drain in all of them what is drained in one', async () => {
    const [one, other] = [await startProcess(), await startProcess()];
    await one.pool.setDrained('light', true);
    expect(one.live.of('light').drained).toBe(true);
    await eventually('the other to drain it', () => other.live.of('light').drained);
    await other.pool.setDrained('light', false);
    await eventually('the first to undrain it', () => !one.live.of('light').drained);
  });
});

describe('a process that starts', () => {
  it('knows what the one before it learned, and how old that is', async () => {
    const before = await startProcess();
    const usage = { prompt_tokens: 1, completion_tokens: 20, total_tokens: 21 };
    const streamed = { ownText: '', usage, firstTokenAtMs: around.nowMs() + 300 };
    await before.live.watch('light', { stream: true, streamed }, async () => ({ completion }));
    await fails(before.live, 'provider_auth');
    await before.pool.setDrained('large', true);
    await before.pool.stop();
    around.putForward(30_000);
    const { live } = await startProcess();
    expect(live.of('light')).toMatchObject({ breaker: { state: 'open', reason: 'key_refused' }, errorRate: 0 });
    expect(live.of('light').firstTokenMs?.mean).toBeGreaterThan(250);
    expect(live.of('large').drained).toBe(true);
  });

  it('takes no breaker for open longer than a minute, whatever the clock did', async () => {
    const before = await startProcess();
    await fails(before.live, 'provider_auth');
    await before.pool.stop();
    around.putForward(-3_600_000);
    const { live } = await startProcess();
    around.putForward(61_000);
    expect(live.of('light').breaker.state).toBe('half_open');
  });
});
