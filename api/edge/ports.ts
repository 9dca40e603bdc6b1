import type { Principal } from '../../domain/principal.ts';
import type { Entry } from '../../platform/rate-limit/contract.ts';

/** What is asked of a caller before its request is looked at. */
export interface EdgePorts {
  /** Whether anybody may come in from this address; with a tenant: whether that tenant's callers may. */
  allowsIp(ip: string, tenant?: string): boolean;
  /** Counts a request against the limits of its key and its tenant; undefined where there are none. */
  enter(principal: Principal): Promise<Entry> | undefined;
}
