import type { AuditRecord } from '../../domain/audit/record.ts';
import type {
  AuditFilter,
  AuditIdentity,
  AuditStore,
  NewRecord,
  PlacedRecord,
  StoredCheckpoint,
  StoredEntry,
} from '../../platform/audit/contract.ts';
import { aRequestAudit } from '../support/audit-export.ts';

/** The tables of the audit log, in memory, without requests: a run's record is filled with what one might say. */
export class FakeAuditStore implements AuditStore {
  readonly written = new Map<string, AuditRecord>();
  /** Rejects what is written and read, as a database that is away does. */
  failure: Error | undefined;
  readonly #placed: PlacedRecord[] = [];
  readonly #checkpoints: StoredCheckpoint[] = [];
  readonly #unfinished = new Set<string>();

  identity = async (first: () => AuditIdentity): Promise<AuditIdentity> => first();
  resealSeed = async (): Promise<void> => undefined;

  async append(record: NewRecord): Promise<void> {
    if (this.failure) throw this.failure;
    const key = keyOf(record);
    if (this.written.has(key)) return;
    this.written.set(key, record.type === 'request' ? aRequestAudit(record) : record);
  }

  begin: AuditStore['begin'] = async (record) => {
    await this.append(record);
    this.#unfinished.add(keyOf(record));
  };

  end: AuditStore['end'] = async (record) => {
    this.written.set(keyOf(record), record);
    this.#unfinished.delete(keyOf(record));
  };

  waiting: AuditStore['waiting'] = async (limit) => {
    if (this.failure) throw this.failure;
    const placed = new Set(this.#placed.map(({ key }) => key));
    return [...this.written]
      .filter(([key]) => !placed.has(key) && !this.#unfinished.has(key))
      .slice(0, limit)
      .map(([key, record]) => ({ key, record }));
  };

  head: AuditStore['head'] = async () => {
    const checkpoint = this.#checkpoints.at(-1);
    return { size: this.#placed.length, ...(checkpoint && { checkpoint }) };
  };

  hashes: AuditStore['hashes'] = async (indexes) =>
    new Map(indexes.flatMap((index) => (this.#placed[index] ? [[index, [...this.#placed[index].hashes]]] : [])));

  place: AuditStore['place'] = async (size, records, checkpoint) => {
    if (size !== this.#placed.length) return false;
    this.#placed.push(...records);
    this.#checkpoints.push(checkpoint);
    return true;
  };

  checkpoints: AuditStore['checkpoints'] = async (after, to) =>
    this.#checkpoints.filter(({ size }) => size > after && size <= to);

  entries: AuditStore['entries'] = async (from, to) => this.#placed.slice(from, to).map(toEntry);

  find: AuditStore['find'] = async (filter, before, limit) =>
    this.#placed
      .slice(0, before)
      .toReversed()
      .filter(({ text }) => matches(JSON.parse(text) as AuditRecord, filter))
      .slice(0, limit)
      .map(toEntry);
}

function keyOf(record: NewRecord): string {
  if (record.type === 'request') return `request/${record.request_id}/${record.run_id}`;
  return record.type === 'refusal' ? `refusal/${record.request_id}` : `admin/${record.id}`;
}

function toEntry({ index, text, hashes }: PlacedRecord): StoredEntry {
  const { tenant }: AuditRecord = JSON.parse(text);
  return { index, tenant, leafHash: hashes[0] ?? Buffer.of(), text };
}

function matches(
  record: AuditRecord,
  { tenant, principal, outcome, action, requestId, from, to }: AuditFilter,
): boolean {
  const at = new Date(record.type === 'request' ? record.finished_at : record.at);
  return (
    (tenant === undefined || record.tenant === tenant) &&
    (principal === undefined || record.principal === principal) &&
    (outcome === undefined || record.outcome === outcome) &&
    (action === undefined || (record.type === 'admin' && record.action === action)) &&
    (requestId === undefined || (record.type !== 'admin' && record.request_id === requestId)) &&
    (from === undefined || at >= from) &&
    (to === undefined || at < to)
  );
}
