import { signCheckpoint } from '../../domain/audit/checkpoint.ts';
import { exportFormat, type ExportLine, formatExportLine, type ShownEntry } from '../../domain/audit/export-format.ts';
import { leafHash, TreeEdge } from '../../domain/audit/merkle-tree.ts';
import { type AuditRecord, canonicalText, type RequestAudit } from '../../domain/audit/record.ts';
import { formatVerifierKey, type NoteSigner, noteSigner } from '../../domain/audit/signed-note.ts';

export const logSigner = noteSigner('holdfast.test/log', Buffer.alloc(32, 7));
/** Of somebody who can write the database, but does not have the log's key. */
export const forger = noteSigner(logSigner.name, Buffer.alloc(32, 66));

export function aRequestAudit(changes: Partial<RequestAudit> = {}): RequestAudit {
  return {
    type: 'request',
    request_id: 'req_1',
    run_id: 'run-1',
    tenant: 'clinic',
    principal: 'key_1',
    ip: '127.0.0.1',
    modality: 'chat',
    alias: 'auto',
    stream: false,
    policy: 'default',
    redacted: { phone: 2 },
    terms: {},
    attempts: [],
    deployment: 'light',
    outcome: 'completed',
    error_type: null,
    cost_usd: 0.000_012,
    request_hash: null,
    response_hash: null,
    created_at: '2026-01-02T03:04:05.678Z',
    finished_at: '2026-01-02T03:04:06.000Z',
    ...changes,
  };
}

export function shownEntry(index: number, record: AuditRecord): ShownEntry {
  return { index, leaf_hash: leafHash(Buffer.from(canonicalText(record))).toString('hex'), ...record };
}

/** The signed checkpoint of a log of these entries; one that ends an export says how many it shows. */
export function checkpointOf(
  entries: readonly { leaf_hash: string }[],
  signer: NoteSigner = logSigner,
  exportedEntries?: number,
): ExportLine & { type: 'checkpoint' } {
  const tree = new TreeEdge();
  for (const { leaf_hash: hash } of entries) tree.append(Buffer.from(hash, 'hex'));
  const { size, root } = tree;
  const signedAt = new Date('2026-01-02T03:04:07.000Z');
  const ends = exportedEntries === undefined ? {} : { exportedEntries };
  return { type: 'checkpoint', size, note: signCheckpoint(signer, { size, root, signedAt, ...ends }) };
}

/** An export of so many requests, with a checkpoint after each `every`. */
export function anExport(count: number, every: number, signer: NoteSigner = logSigner): ExportLine[] {
  const entries = Array.from({ length: count }, (_, index) =>
    shownEntry(index, aRequestAudit({ request_id: `req_${index}` })),
  );
  const among = entries.flatMap((entry, index) =>
    (index + 1) % every === 0 ? [entry, checkpointOf(entries.slice(0, index + 1), signer)] : [entry],
  );
  const { name: origin } = signer;
  return [
    { type: 'log', format: exportFormat, origin, public_key: formatVerifierKey(signer) },
    ...among,
    checkpointOf(entries, signer, count),
  ];
}

export function toText(lines: readonly ExportLine[]): string {
  return lines.map(formatExportLine).join('');
}
