import type { ContentOwner } from '../encryption/content-vault.ts';
import type { KeyOwner } from '../encryption/data-key.ts';

/** Bytes too large for a history, each owner's under his own key. */
export interface Artifacts {
  /** Those of a request, a tenant or an end user. Without an owner: those of versions that had no keys of owners. */
  of(owner?: ContentOwner): ArtifactStore;
  /** Deletes all that a tenant has, or one end user of it. Idempotent. */
  erase(owner: KeyOwner): Promise<void>;
  /** Deletes what was neither put nor read since; returns how many. Several processes may do it at once. */
  purge(before: Date): Promise<number>;
  /** Rejects when artifacts cannot be written now. */
  ping(): Promise<void>;
}

/** One owner's artifacts, addressed by the sha256 (hex) of their plaintext. Sealed at rest. */
export interface ArtifactStore {
  /** Durable once it resolves. Putting the same bytes again changes nothing. */
  put(bytes: Uint8Array): Promise<{ sha256: string; sizeBytes: number }>;
  /**
   * @throws GatewayError `not_found`; `content_erased` where the owner was erased; `encryption_failed` where the stored
   *   bytes were changed.
   */
  get(sha256: string): Promise<Uint8Array>;
  /** Deleting what is not there is no error. */
  delete(sha256: string): Promise<void>;
}
