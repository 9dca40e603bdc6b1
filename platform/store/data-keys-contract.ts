import type { KeyOwner } from '../encryption/data-key.ts';

export interface WrappedDataKey {
  id: string;
  owner: KeyOwner;
  /** Counts an owner's keys from 1; no two have the same. */
  version: number;
  masterKeyId: string;
  wrapped: Uint8Array;
}

/** What is known of a key id: the key, or that it was destroyed. */
export type FoundDataKey = { kind: 'live'; key: WrappedDataKey } | { kind: 'destroyed' };

export interface DataKeyStore {
  /** The owner's keys that were not destroyed, oldest first. */
  live(owner: KeyOwner): Promise<WrappedDataKey[]>;
  /** The version that the owner's next key has. */
  nextVersion(owner: KeyOwner): Promise<number>;
  /** False where another process was faster with this version: nothing is written then. */
  add(key: WrappedDataKey): Promise<boolean>;
  find(id: string): Promise<FoundDataKey | undefined>;
  /**
   * Overwrites the owner's keys, a tenant's with those of all its end users, and notes that the rest is to be deleted
   * (`ErasureStore`). What they sealed cannot be opened any more, by anybody. Returns how many there were.
   */
  destroy(owner: KeyOwner): Promise<number>;
  /** Live keys that another master key wraps, at most `limit`. */
  wrappedByOthers(masterKeyId: string, limit: number): Promise<WrappedDataKey[]>;
  /** Replaces the wrapping, where it is still the one of `key`. */
  rewrap(key: WrappedDataKey, masterKeyId: string, wrapped: Uint8Array): Promise<void>;
  /** The key that a request's content lies under; null for one of a version without data keys. */
  ofRequest(requestId: string): Promise<{ keyId: string | null } | undefined>;
}
