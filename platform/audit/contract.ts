import type { Hash } from '../../domain/audit/merkle-tree.ts';
import type { AdminAudit, AuditRecord, RefusalAudit, RequestAudit } from '../../domain/audit/record.ts';

/** What the step that settles a run knows of it; the rest of its record is read when it gets its place. */
export type SettledRun = Pick<
  RequestAudit,
  'type' | 'request_id' | 'run_id' | 'tenant' | 'deployment' | 'outcome' | 'error_type' | 'finished_at'
>;

/** A record as it is written. */
export type NewRecord = SettledRun | RefusalAudit | AdminAudit;

/** How the log is named and signed. */
export interface AuditIdentity {
  /** Verifier key of C2SP's signed notes; its name is the log's. */
  publicKey: string;
  /** Sealed seed of the signing key; absent where that is given to the processes by a setting. */
  signingSeed?: Uint8Array;
}

/** A record that waits for its place in the log. */
export interface WaitingRecord {
  key: string;
  record: AuditRecord;
}

export interface PlacedRecord {
  key: string;
  index: number;
  /** Canonical JSON, the leaf. */
  text: string;
  principal: string;
  /** The leaf's hash, then those of the subtrees that it completes. */
  hashes: readonly Hash[];
}

/** An entry as it lies in the log. */
export interface StoredEntry {
  index: number;
  tenant: string;
  leafHash: Hash;
  text: string;
}

export interface StoredCheckpoint {
  size: number;
  note: string;
}

export interface LogHead {
  /** Entries that have their place. */
  size: number;
  /** The newest; absent while the log is empty. */
  checkpoint?: StoredCheckpoint;
}

/** What a reader asks for; what is left out does not matter. */
export interface AuditFilter {
  tenant?: string;
  principal?: string;
  outcome?: string;
  action?: string;
  requestId?: string;
  /** By the time of the event: from this one on, and before that one. */
  from?: Date;
  to?: Date;
}

/**
 * The tables of the audit log. A record is written first, by whoever has something to record, and gets its place, its
 * hash and a signature in a batch, by any one process.
 */
export interface AuditStore {
  /** The log's identity; `first` where it has none yet. Several processes may ask at once: one answer wins. */
  identity(first: () => AuditIdentity): Promise<AuditIdentity>;
  /** The same seed under another seal. */
  resealSeed(signingSeed: Uint8Array): Promise<void>;
  /** Writes a record once: a second one of the same run, answer or action changes nothing. */
  append(record: NewRecord): Promise<void>;
  /** Writes the record of an action that begins. It gets its place when it has ended, at the latest then. */
  begin(record: AdminAudit, endsBefore: Date): Promise<void>;
  /** The action has ended, as this record says. Changes nothing once the record of its beginning has its place. */
  end(record: AdminAudit): Promise<void>;
  /** Records without a place, oldest first, completed from what is kept of their requests. */
  waiting(limit: number): Promise<WaitingRecord[]>;
  /** How far the log is, read at one instant. */
  head(): Promise<LogHead>;
  /** For each of these indexes the hashes that its entry was placed with. */
  hashes(indexes: readonly number[]): Promise<Map<number, Hash[]>>;
  /**
   * Gives records the places from `size` on, and keeps the checkpoint over all. All or nothing: false, and nothing is
   * written, where another process has placed records since the head was read.
   */
  place(size: number, records: readonly PlacedRecord[], checkpoint: StoredCheckpoint): Promise<boolean>;
  /** Those of sizes in (after, to], in order. */
  checkpoints(after: number, to: number): Promise<StoredCheckpoint[]>;
  /** Those of indexes in [from, to), in order. */
  entries(from: number, to: number): Promise<StoredEntry[]>;
  /** Newest first: at most `limit`, of indexes below `before`. */
  find(filter: AuditFilter, before: number, limit: number): Promise<StoredEntry[]>;
}
