import { randomUUID } from 'node:crypto';
import {
  exportFormat,
  type ExportLine,
  type ShownEntry,
  type WithheldEntry,
} from '../../domain/audit/export-format.ts';
import type { Hash } from '../../domain/audit/merkle-tree.ts';
import type { AdminAudit, AuditRecord } from '../../domain/audit/record.ts';
import { operatorTenant, type Principal } from '../../domain/principal.ts';
import type { AuditLog } from '../../platform/audit/audit-log.ts';
import type { AuditFilter, AuditStore, StoredEntry } from '../../platform/audit/contract.ts';
import type { AuditAdministration } from './audit-port.ts';
import { isFrequent } from './audit-actions.ts';
import { RepeatCounter } from './repeat-counter.ts';

/** An action that has not ended by then died with its process. */
const actionLimitMs = 60_000;
const refusalsEachMinute = 10;
const exportPage = 200;

/** Reading and writing of the audit log, for the HTTP edge. */
export function createAuditAdministration(log: AuditLog, store: AuditStore): AuditAdministration {
  const refusals = new RepeatCounter(refusalsEachMinute);
  const frequent = new RepeatCounter(1);

  async function* exportLines(reader: Principal): AsyncGenerator<ExportLine> {
    const last = await log.checkpoint();
    yield { type: 'log', format: exportFormat, origin: log.origin, public_key: log.publicKey };
    let shown = 0;
    for (let from = 0; from < last.size; from += exportPage) {
      const to = Math.min(from + exportPage, last.size);
      const [entries, checkpoints] = await Promise.all([log.entries(from, to), log.checkpoints(from, to)]);
      for (const entry of entries) {
        const line = lineFor(reader, entry);
        if (line.type !== 'withheld') shown += 1;
        yield line;
        if (checkpoints[0]?.size === entry.index + 1) yield { type: 'checkpoint', ...checkpoints.shift()! };
      }
    }
    yield { type: 'checkpoint', ...(await log.endOfExport(last, shown)) };
  }

  return {
    async begin(action) {
      const again =
        isFrequent(action.action) && frequent.count(`${action.principal} ${action.action}`, Date.now()) === undefined;
      if (again) return async () => undefined;
      const begun: AdminAudit = {
        type: 'admin',
        id: randomUUID(),
        ...action,
        outcome: 'unknown',
        error_type: null,
        at: new Date().toISOString(),
      };
      await store.begin(begun, new Date(Date.now() + actionLimitMs));
      return (end) => store.end({ ...begun, ...end });
    },
    async refused(refusal) {
      const repeated = refusals.count(`${refusal.principal} ${refusal.error_type}`, Date.now());
      if (repeated === undefined) return;
      const at = new Date().toISOString();
      await store.append({ type: 'refusal', ...refusal, outcome: 'rejected', repeated, at });
    },
    async page(reader, filter, before, limit) {
      const { size } = await log.checkpoint();
      const visible = visibleTo(reader, filter);
      const found = visible ? await log.find(visible, Math.min(before ?? size, size), limit + 1) : [];
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return { entries: page.map(shownEntry), ...(found.length > limit && last && { next: last.index }) };
    },
    async checkpoint() {
      return { ...(await log.checkpoint()), origin: log.origin, publicKey: log.publicKey };
    },
    async inclusion(reader, index, size) {
      const entry = await entryFor(log, reader, index);
      if (!entry) return undefined;
      const hashes = await log.inclusionProof(index, size);
      return { index, leafHash: hex(entry.leafHash), size, hashes: hashes.map(hex) };
    },
    consistency: async (oldSize, size) => (await log.consistencyProof(oldSize, size)).map(hex),
    export: exportLines,
  };
}

function seesAll({ tenant, scopes }: Principal): boolean {
  return tenant === operatorTenant && scopes.includes('admin');
}

/** Undefined where the reader may see nothing of what is asked for. */
function visibleTo(reader: Principal, filter: AuditFilter): AuditFilter | undefined {
  if (seesAll(reader)) return filter;
  return (filter.tenant ?? reader.tenant) === reader.tenant ? { ...filter, tenant: reader.tenant } : undefined;
}

async function entryFor(log: AuditLog, reader: Principal, index: number): Promise<StoredEntry | undefined> {
  const [entry] = await log.entries(index, index + 1);
  return entry && (seesAll(reader) || entry.tenant === reader.tenant) ? entry : undefined;
}

function lineFor(reader: Principal, entry: StoredEntry): ShownEntry | WithheldEntry {
  if (seesAll(reader) || entry.tenant === reader.tenant) return shownEntry(entry);
  return { type: 'withheld', index: entry.index, leaf_hash: hex(entry.leafHash) };
}

function shownEntry({ index, leafHash, text }: StoredEntry): ShownEntry {
  const record: AuditRecord = JSON.parse(text);
  return { index, leaf_hash: hex(leafHash), ...record };
}

function hex(hash: Hash): string {
  return hash.toString('hex');
}
