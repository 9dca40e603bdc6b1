import { randomUUID } from 'node:crypto';
import type { GatewayConfig } from '../domain/gateway-config.ts';
import type { Deployment } from '../domain/deployment.ts';
import { keptFigures } from '../domain/routing/kept-figures.ts';
import type { PoolMessage } from '../domain/routing/pool-message.ts';
import type { ConfigSource } from '../platform/config/config-source.ts';
import { poolTopic, type StreamHub } from '../platform/hub/contract.ts';
import type { Logger } from '../platform/logger.ts';
import type { Store } from '../platform/store/contract.ts';
import type { LivePool } from './live-stats.ts';

interface PoolParts {
  config: Pick<ConfigSource, 'onChange' | 'tryReload'>;
  live: LivePool;
  hub: StreamHub;
  store: Pick<Store, 'deployments'>;
  logger: Logger;
}

export interface PoolSharing {
  /** Takes a deployment out or back in, in all processes. @throws GatewayError `not_ready`. */
  setDrained(name: string, drained: boolean): Promise<void>;
  /** Keeps what was learned since the last time, and ends. */
  stop(): Promise<void>;
}

/** News wait so long for more news. */
const gatherMs = 20;
/** Without news, to say how many calls are under way. */
const heartbeatMs = 1_000;
const lookEveryMs = 250;
const keepEveryMs = 5_000;
/** A process may begin the probe so long after it has won it. Then another one may. */
const permitMs = 2_000;

/**
 * Shares the live state: tells other processes what this one sees, hears them, and keeps it all in the database. Every
 * process applies the same reports to its own figures, so a lost one makes a small difference for a short time.
 * Nothing here is waited for by a request.
 */
export async function sharePool({ config, live, hub, store, logger }: PoolParts): Promise<PoolSharing> {
  for (const { name, figures, drained } of await store.deployments.read()) {
    if (figures) live.restore(name, keptFigures(figures, live.nowMs()));
    live.setDrained(name, drained);
  }
  config.onChange((now, before) => forgetChanged(live, now, before));
  const outbox = createOutbox(live, hub);
  const leave = await hub.subscribe(poolTopic, (message) => {
    if (message.kind === 'pool' && message.message.from !== outbox.id) hear(live, message.message);
    else if (message.kind === 'drains') void refreshDrains();
    else if (message.kind === 'reload') config.tryReload();
  });
  if (hub.shared) {
    live.shareProbes();
    live.listen(outbox.listener);
  }

  let drains = 0;
  const refreshDrains = async (): Promise<void> => {
    const before = drains;
    // That the database is away is said by readyz; it is asked again soon.
    const names = await store.deployments.drained().catch(() => undefined);
    if (names && before === drains) live.onlyDrained(new Set(names));
  };
  const keep = async (): Promise<void> => {
    const changed = live.takeChanged();
    await store.deployments.keep(changed, new Date()).catch(() => {
      live.markChanged(changed.map(([name]) => name));
    });
    await refreshDrains();
  };
  const claimProbes = async (): Promise<void> => {
    for (const name of live.wantingPermit(permitMs)) {
      const untilMs = live.nowMs() + permitMs;
      if (await hub.claim(`probe:${name}`, permitMs)) live.permitProbe(name, untilMs);
    }
  };

  let keeping: Promise<void> = Promise.resolve();
  const looking = setInterval(() => {
    live.noticeLateCalls();
    if (hub.shared) void claimProbes();
  }, lookEveryMs);
  const heart = setInterval(() => hub.shared && outbox.flush(), heartbeatMs);
  const keeper = setInterval(() => {
    keeping = keeping.then(keep);
  }, keepEveryMs);
  for (const timer of [looking, heart, keeper]) timer.unref();

  return {
    async setDrained(name, drained) {
      await store.deployments.setDrained(name, drained, new Date());
      drains += 1;
      live.setDrained(name, drained);
      hub.publish(poolTopic, { kind: 'drains' });
      logger.info({ deployment: name, drained }, drained ? 'deployment drained' : 'deployment undrained');
    },
    async stop() {
      for (const timer of [looking, heart, keeper]) clearInterval(timer);
      leave();
      await keeping;
      await keep();
    },
  };
}

/** What was learned of deployments that are others now, under the same name, says nothing of them. */
function forgetChanged(live: LivePool, now: GatewayConfig, before: GatewayConfig): void {
  for (const [name, deployment] of before.deployments) {
    const present = now.deployments.get(name);
    if (present && addressOf(present) !== addressOf(deployment)) live.forget(name);
  }
}

/** What the figures of a deployment were measured on. */
function addressOf({ provider, model }: Deployment): string {
  return JSON.stringify([provider.kind, provider.baseUrl, model]);
}

function hear(live: LivePool, { from, reports, quotas, begun, inFlight, probes }: PoolMessage): void {
  live.hearLoad(from, inFlight);
  for (const [name, count] of Object.entries(begun)) live.hearBegun(name, count);
  for (const [name, leaseMs] of probes) live.hearProbe(name, leaseMs);
  for (const [name, quota] of quotas) live.hearQuota(name, quota);
  for (const [name, report] of reports) live.hearReport(name, report);
}

function nothing(): Omit<PoolMessage, 'from' | 'inFlight'> {
  return { reports: [], quotas: [], begun: {}, probes: [] };
}

/** Gathers what happens here and publishes it. */
function createOutbox(live: LivePool, hub: StreamHub) {
  const id = randomUUID();
  let waiting = nothing();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    hub.publish(poolTopic, { kind: 'pool', message: { from: id, ...waiting, inFlight: live.ownInFlight() } });
    waiting = nothing();
  };
  const soon = (): void => {
    timer ??= setTimeout(flush, gatherMs).unref();
  };
  return {
    id,
    flush,
    listener: {
      begun(name: string) {
        waiting.begun[name] = (waiting.begun[name] ?? 0) + 1;
        soon();
      },
      reported(name: string, report: PoolMessage['reports'][number][1]) {
        waiting.reports.push([name, report]);
        soon();
      },
      quota(name: string, quota: PoolMessage['quotas'][number][1]) {
        waiting.quotas.push([name, quota]);
        soon();
      },
      probing(name: string, leaseMs: number) {
        waiting.probes.push([name, leaseMs]);
        soon();
      },
    },
  };
}
