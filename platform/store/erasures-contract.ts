import type { KeyOwner } from '../encryption/data-key.ts';

/** An owner whose keys were destroyed, and of whom there still is something to delete. */
export interface Erasure {
  id: string;
  owner: KeyOwner;
  askedAt: Date;
}

export interface ErasedRequest {
  id: string;
  /** Runs of its workflow that are known here. */
  runIds: string[];
  /** It had an Idempotency-Key: the same request would get the same id again. */
  keyed: boolean;
}

/** What is left to do of erasures; destroying keys (`DataKeyStore.destroy`) begins one. */
export interface ErasureStore {
  open(): Promise<Erasure[]>;
  /** Requests of the owner that have not ended, at most `limit`. */
  running(owner: KeyOwner, limit: number): Promise<string[]>;
  /** Requests whose content lies under the destroyed keys, at most `limit`. */
  requests(erasure: Erasure, limit: number): Promise<ErasedRequest[]>;
  /** With their attempts and events. */
  deleteRequests(ids: readonly string[]): Promise<void>;
  finish(erasure: Erasure): Promise<void>;
}
