import type { GatewayConfig } from '../../domain/gateway-config.ts';
import { createIpAllowlist, type IpAllowlist } from '../../platform/net/ip-allowlist.ts';
import type { EdgePorts } from './ports.ts';

/** Judges addresses by `edge.allowIps` and `tenants.X.allowIps` of the configuration in force. */
export function createIpGate(config: () => GatewayConfig): Pick<EdgePorts, 'allowsIp'> {
  const compiled = new WeakMap<readonly string[], IpAllowlist>();
  const allowlist = (ranges: readonly string[]): IpAllowlist => {
    const known = compiled.get(ranges) ?? createIpAllowlist(ranges);
    compiled.set(ranges, known);
    return known;
  };
  return {
    allowsIp(ip, tenant) {
      const { edge, tenants } = config();
      const ranges = tenant === undefined ? edge.allowIps : tenants.get(tenant)?.allowIps;
      return ranges === undefined || allowlist(ranges)(ip);
    },
  };
}
