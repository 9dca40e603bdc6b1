import type { TenantShare } from './fair-queue.ts';
import type { GatewayConfig } from './gateway-config.ts';

/** How a tenant stands among others; one without an entry in the file stands as the others do. */
export function tenantShare({ tenants }: GatewayConfig, tenant: string): TenantShare {
  const { priority = 3, weight = 1 } = tenants.get(tenant) ?? {};
  return { tenant, priority, weight };
}
