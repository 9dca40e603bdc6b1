import { type AuditRecord, canonicalText } from './record.ts';

/** Version of the form of exports; a reader that knows another one must refuse. */
export const exportFormat = 'holdfast-audit-export-1';

/** First line of an export. */
interface ExportHeader {
  type: 'log';
  format: typeof exportFormat;
  origin: string;
  /** Verifier key of C2SP's signed notes. Whoever verifies must know it from elsewhere. */
  public_key: string;
}

/** Where an entry stands in the log. */
interface Position {
  index: number;
  /** RFC 6962 leaf hash of the entry's record, in hex. */
  leaf_hash: string;
}

/** An entry, as lists and exports show it: the leaf is the canonical JSON of all its fields but these two. */
export type ShownEntry = Position & AuditRecord;

/** An entry of another tenant: its hash holds its place in the tree, and tells nothing. */
export type WithheldEntry = Position & { type: 'withheld' };

interface CheckpointLine {
  type: 'checkpoint';
  size: number;
  /** The signed note. */
  note: string;
}

export type ExportLine = ExportHeader | ShownEntry | WithheldEntry | CheckpointLine;

/** A line with its line break. Lines are canonical JSON, so that each has one form only. */
export function formatExportLine(line: ExportLine): string {
  return `${canonicalText(line)}\n`;
}
