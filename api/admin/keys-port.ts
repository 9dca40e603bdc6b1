import type { Principal } from '../../domain/principal.ts';
import type { ApiKeyChanges, ApiKeyRecord, ApiKeyTerms } from '../../platform/store/api-keys-contract.ts';

/** A key as admins see it, and what is shown once: the key itself. */
export interface IssuedKey {
  record: ApiKeyRecord;
  key: string;
}

/**
 * What admins do with keys. A key of a tenant that the admin does not administer is `not_found`, like one that does not
 * exist; terms that name unknown models or tenants are `invalid_request`.
 */
export interface KeyAdministration {
  create(admin: Principal, wanted: ApiKeyTerms & { tenant?: string }): Promise<IssuedKey>;
  /** Newest first; of one tenant where it is named. */
  list(admin: Principal, tenant?: string): Promise<ApiKeyRecord[]>;
  get(admin: Principal, id: string): Promise<ApiKeyRecord>;
  change(admin: Principal, id: string, changes: ApiKeyChanges): Promise<ApiKeyRecord>;
  /** Makes another secret; the one before works on for `overlapMs`. */
  rotate(admin: Principal, id: string, overlapMs: number): Promise<IssuedKey>;
  revoke(admin: Principal, id: string): Promise<void>;
}
