import type { ExportLine, ShownEntry } from '../../domain/audit/export-format.ts';
import type { AdminAudit, RefusalAudit } from '../../domain/audit/record.ts';
import type { Principal } from '../../domain/principal.ts';
import type { AuditFilter, StoredCheckpoint } from '../../platform/audit/contract.ts';

/** How an administrator's action ended. */
type ActionEnd = Pick<AdminAudit, 'outcome' | 'error_type' | 'target'>;

interface AuditPage {
  /** Newest first. */
  entries: ShownEntry[];
  /** Where the next page begins; absent on the last one. */
  next?: number;
}

/** Hashes in hex, in the order in which RFC 6962 names them. */
interface InclusionProof {
  index: number;
  leafHash: string;
  size: number;
  hashes: string[];
}

/**
 * What is written to the audit log, and what readers see of it: an operator tenant's admin all of it, everybody else
 * what is his tenant's. An entry of another tenant is undefined, like one that does not exist.
 */
export interface AuditAdministration {
  /** The action is on record when this resolves; call what it gives with its end. A frequent one is, once a minute. */
  begin(
    action: Pick<AdminAudit, 'action' | 'target' | 'tenant' | 'principal' | 'ip'>,
  ): Promise<(end: ActionEnd) => Promise<void>>;
  /** Somebody who is known was refused. Equal refusals beyond a few a minute are counted only. */
  refused(refusal: Omit<RefusalAudit, 'type' | 'outcome' | 'repeated' | 'at'>): Promise<void>;
  /** At most `limit` entries of indexes below `before`, or the newest. */
  page(reader: Principal, filter: AuditFilter, before: number | undefined, limit: number): Promise<AuditPage>;
  /** Over everything that was written before the call. */
  checkpoint(): Promise<StoredCheckpoint & { origin: string; publicKey: string }>;
  /** In the log of `size` entries, which is not larger than it is. */
  inclusion(reader: Principal, index: number, size: number): Promise<InclusionProof | undefined>;
  /** That the log of `size` begins with that of `oldSize`. 0 < `oldSize` ≤ `size`. */
  consistency(oldSize: number, size: number): Promise<string[]>;
  /** The whole log: what the reader may not see is withheld. */
  export(reader: Principal): AsyncGenerator<ExportLine>;
}
