/** What is asked of a caller before its request is looked at. */
export interface EdgePorts {
  /** Whether anybody may come in from this address; with a tenant: whether that tenant's callers may. */
  allowsIp(ip: string, tenant?: string): boolean;
}
