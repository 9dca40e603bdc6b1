import type { GatewayConfig } from '../../domain/gateway-config.ts';
import type { LimitedSubject, RateLimiter } from '../../platform/rate-limit/contract.ts';
import type { EdgePorts } from './ports.ts';

/** Counts requests by the limits of the caller's key and of its tenant. */
export function createRequestLimits(config: () => GatewayConfig, limiter: RateLimiter): Pick<EdgePorts, 'enter'> {
  return {
    enter(principal) {
      const { id, tenant } = principal;
      const subjects: LimitedSubject[] = [];
      if (principal.limits) subjects.push({ id: `{${tenant}}:${id}`, limits: principal.limits });
      const ofTenant = config().tenants.get(tenant)?.limits;
      if (ofTenant) subjects.push({ id: `{${tenant}}`, limits: ofTenant });
      return subjects.length === 0 ? undefined : limiter.enter(subjects);
    },
  };
}
