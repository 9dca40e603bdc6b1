import type { Principal } from '../../domain/principal.ts';

/** `finished` is false where rows and histories are still being deleted; nothing of them can be opened meanwhile. */
export interface ErasureReport {
  keysDestroyed: number;
  requestsDeleted: number;
  finished: boolean;
}

/** What admins do with the data of tenants. A tenant that the admin does not administer is `not_found`. */
export interface TenantAdministration {
  /** Makes all that was kept for the tenant unreadable for ever, and deletes it. Idempotent. */
  eraseTenant(admin: Principal, tenant: string): Promise<ErasureReport>;
  /** The same for one end user, as callers named him in `user`; of the admin's own tenant where none is named. */
  eraseSubject(admin: Principal, endUser: string, tenant?: string): Promise<ErasureReport>;
  /** What the tenant sends from now on is sealed with a new key; returns its id. */
  rotateKey(admin: Principal, tenant: string): Promise<string>;
}
