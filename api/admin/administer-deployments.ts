import type { LivePool } from '../../activities/live-stats.ts';
import type { PoolSharing } from '../../activities/pool-sharing.ts';
import { cheapestCall, type ProbeDeployment } from '../../activities/probe-deployment.ts';
import type { Deployment } from '../../domain/deployment.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import type { DeploymentAdministration, DeploymentStatus } from './deployments-port.ts';

export interface DeploymentServices {
  config: () => GatewayConfig;
  live: LivePool;
  pool: PoolSharing;
  probe: ProbeDeployment;
}

export function createDeploymentAdministration(services: DeploymentServices): DeploymentAdministration {
  const { config, live, pool, probe } = services;
  const find = (name: string): Deployment => {
    const deployment = config().deployments.get(name);
    if (deployment) return deployment;
    const message = `There is no deployment '${name}'. GET /admin/deployments lists them.`;
    throw new GatewayError({ type: 'not_found', message, param: 'name' });
  };
  const statusOf = ({ name, provider, model }: Deployment): DeploymentStatus => ({
    name,
    provider: provider.name,
    model,
    local: provider.local,
    live: live.peek(name),
    errors: live.errorsOf(name),
  });

  return {
    list: () => [...config().deployments.values()].map(statusOf),
    async setDrained(name, drained) {
      const deployment = find(name);
      if (live.isDrained(name) !== drained) await pool.setDrained(name, drained);
      return statusOf(deployment);
    },
    async probe(name, call) {
      const deployment = find(name);
      const result = await probe(deployment, call ?? cheapestCall(deployment));
      return { status: statusOf(deployment), result };
    },
  };
}
