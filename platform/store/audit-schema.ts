import type { AuditRecord } from '../../domain/audit/record.ts';

/** The tables of the audit log, in the terms of `Schema`. */
export interface AuditSchema {
  audit_log: AuditLogTable;
  audit_entries: AuditEntriesTable;
  audit_checkpoints: AuditCheckpointsTable;
}

/** One row: the log's key, and how many entries have their place. */
interface AuditLogTable {
  id: 1;
  /** Verifier key; its name is the log's. */
  public_key: string;
  /** Sealed; null where AUDIT_SIGNING_KEY holds it. */
  signing_seed: Uint8Array | null;
  size: number;
}

export interface AuditEntriesTable {
  /** One of a kind: type, and what makes the record the only one (request and run, answer, action). */
  key: string;
  type: AuditRecord['type'];
  tenant: string;
  /** Empty for a request until it has its place. */
  principal: string;
  request_id: string | null;
  action: string | null;
  outcome: string | null;
  occurred_at: number;
  /** Gets no place before this instant: what is under way may still end. 0 for what has ended. */
  ready_at: number;
  /** Canonical JSON, the leaf; without a place, what its writer knew. */
  record: string;
  /** Null until it has its place. */
  leaf_index: number | null;
  /** The leaf's hash and those of the subtrees that it completes, one behind the other; null without a place. */
  hashes: Uint8Array | null;
}

interface AuditCheckpointsTable {
  size: number;
  /** Signed note. */
  note: string;
}
