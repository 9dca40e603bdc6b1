import type { Deployment } from '../domain/deployment.ts';
import type { GatewayConfig } from '../domain/gateway-config.ts';
import type { StreamHub } from '../platform/hub/contract.ts';
import type { Logger } from '../platform/logger.ts';
import type { LiveStats } from './live-stats.ts';
import type { ProbeDeployment } from './probe-deployment.ts';

interface ProbeParts {
  config: () => GatewayConfig;
  live: LiveStats;
  hub: StreamHub;
  probe: ProbeDeployment;
  logger: Logger;
}

const lookEveryMs = 500;

/**
 * Calls deployments with `probe` in the configuration that are idle or out of order, each once an interval by one of all
 * processes. Traffic is probe enough for the others. Call what it returns to stop.
 */
export function startHealthProbes({ config, live, hub, probe, logger }: ProbeParts): () => void {
  const nextAtMs = new Map<string, number>();

  const isQuiet = (name: string): boolean => {
    const { breaker, callsLastMinute, inFlight } = live.peek(name);
    return breaker.state !== 'closed' || (callsLastMinute === 0 && inFlight === 0);
  };
  const check = async (deployment: Deployment, intervalMs: number): Promise<void> => {
    const { name, probe: wanted } = deployment;
    if (!wanted || !(await hub.claim(`health:${name}`, intervalMs - lookEveryMs))) return;
    const { ok, saw } = await probe(deployment, wanted.call);
    if (!ok) logger.warn({ deployment: name, saw }, 'health probe failed');
  };
  const timer = setInterval(() => {
    for (const deployment of config().deployments.values()) {
      const { name, probe: wanted } = deployment;
      if (!wanted || Date.now() < (nextAtMs.get(name) ?? 0) || !isQuiet(name)) continue;
      nextAtMs.set(name, Date.now() + wanted.intervalMs);
      check(deployment, wanted.intervalMs).catch((error: unknown) => {
        logger.error({ deployment: name, reason: String(error) }, 'health probe could not be made');
      });
    }
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
