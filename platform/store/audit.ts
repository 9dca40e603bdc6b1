import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { Hash } from '../../domain/audit/merkle-tree.ts';
import type { AdminAudit } from '../../domain/audit/record.ts';
import type {
  AuditFilter,
  AuditIdentity,
  AuditStore,
  LogHead,
  NewRecord,
  PlacedRecord,
  StoredCheckpoint,
  StoredEntry,
  WaitingRecord,
} from '../audit/contract.ts';
import { attemptAuditColumns, type AttemptAuditRow, completeRecord, toRow } from './audit-rows.ts';
import { type AuditStatements, type PlacedRow, prepareAuditStatements } from './audit-statements.ts';
import type { Guard } from './guard.ts';
import type { AuditEntriesTable } from './audit-schema.ts';
import type { Schema } from './schema.ts';

const logId = 1;
const hashSizeBytes = 32;
/** Entries that one statement looks through, so that a rare find does not hold up everything else. */
const searchWindow = 5_000;

export class SqlAuditStore implements AuditStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #statements: AuditStatements;

  constructor(db: Kysely<Schema>, guard: Guard) {
    this.#db = db;
    this.#guard = guard;
    this.#statements = prepareAuditStatements(db);
  }

  async identity(first: () => AuditIdentity): Promise<AuditIdentity> {
    const known = await this.#readIdentity();
    if (known) return known;
    const { publicKey, signingSeed } = first();
    await this.#guard(() =>
      this.#db
        .insertInto('audit_log')
        .values({ id: logId, public_key: publicKey, signing_seed: signingSeed ?? null, size: 0 })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute(),
    );
    return this.identity(first);
  }

  async resealSeed(signingSeed: Uint8Array): Promise<void> {
    await this.#guard(() =>
      this.#db.updateTable('audit_log').set({ signing_seed: signingSeed }).where('id', '=', logId).execute(),
    );
  }

  async append(record: NewRecord): Promise<void> {
    await this.#guard(() => this.#statements.append(this.#db, { ...toRow(record), ready_at: 0 }));
  }

  async begin(record: AdminAudit, endsBefore: Date): Promise<void> {
    await this.#guard(() => this.#statements.append(this.#db, { ...toRow(record), ready_at: endsBefore.getTime() }));
  }

  async end(record: AdminAudit): Promise<void> {
    await this.#guard(() => this.#statements.end(this.#db, toRow(record)));
  }

  async waiting(limit: number): Promise<WaitingRecord[]> {
    const { rows } = await this.#guard(() => this.#statements.waiting(this.#db, { now: Date.now(), limit }));
    const requestIds = rows.flatMap((row) => (row.principal === null ? [] : (row.request_id ?? [])));
    const attempts = Map.groupBy(await this.#attemptsOf(requestIds), (attempt) => attempt.request_id);
    return rows.map((row) => ({
      key: row.key,
      record: completeRecord(row, attempts.get(row.request_id ?? '') ?? []),
    }));
  }

  async head(): Promise<LogHead> {
    const { rows } = await this.#guard(() => this.#statements.head(this.#db, {}));
    const { size = 0, checkpoint_size: checkpointSize = null, note = null } = rows[0] ?? {};
    if (checkpointSize === null || note === null) return { size };
    return { size, checkpoint: { size: checkpointSize, note } };
  }

  async hashes(indexes: readonly number[]): Promise<Map<number, Hash[]>> {
    if (indexes.length === 0) return new Map();
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'hashes'])
        .where('leaf_index', 'in', indexes)
        .$narrowType<Pick<PlacedRow, 'leaf_index' | 'hashes'>>()
        .execute(),
    );
    return new Map(rows.map((row) => [row.leaf_index, split(row.hashes)]));
  }

  async place(size: number, records: readonly PlacedRecord[], checkpoint: StoredCheckpoint): Promise<boolean> {
    return this.#guard(() =>
      this.#db.transaction().execute(async (transaction) => {
        const grown = await this.#statements.grow(transaction, { from: size, to: checkpoint.size });
        if (grown.numAffectedRows !== 1n) return false;
        for (const { key, index, text, principal, hashes } of records) {
          const row = { key, principal, record: text, leafIndex: index, hashes: Buffer.concat(hashes) };
          const placed = await this.#statements.place(transaction, row);
          if (placed.numAffectedRows !== 1n) throw new Error(`the audit record ${key} has its place already`);
        }
        await this.#statements.keepCheckpoint(transaction, checkpoint);
        return true;
      }),
    );
  }

  async checkpoints(after: number, to: number): Promise<StoredCheckpoint[]> {
    const { rows } = await this.#guard(() => this.#statements.checkpoints(this.#db, { after, to }));
    return rows;
  }

  async entries(from: number, to: number): Promise<StoredEntry[]> {
    const { rows } = await this.#guard(() => this.#statements.entries(this.#db, { from, to }));
    return rows.map(toEntry);
  }

  async find(filter: AuditFilter, before: number, limit: number): Promise<StoredEntry[]> {
    const found: StoredEntry[] = [];
    const wanted = this.#filtered(filter);
    for (let end = before; end > 0 && found.length < limit; end -= searchWindow) {
      // A request's few entries are found by an index of their own.
      const start = filter.requestId === undefined ? end - searchWindow : 0;
      const rows = await this.#guard(() =>
        wanted
          .where('leaf_index', '<', end)
          .where('leaf_index', '>=', start)
          .orderBy('leaf_index', 'desc')
          .limit(limit - found.length)
          .$narrowType<PlacedRow>()
          .execute(),
      );
      found.push(...rows.map(toEntry));
      if (start <= 0) break;
    }
    return found;
  }

  #filtered({ tenant, principal, outcome, action, requestId, from, to }: AuditFilter) {
    let query: SelectQueryBuilder<
      Schema,
      'audit_entries',
      Pick<AuditEntriesTable, 'leaf_index' | 'tenant' | 'record' | 'hashes'>
    > = this.#db.selectFrom('audit_entries').select(['leaf_index', 'tenant', 'record', 'hashes']);
    if (tenant !== undefined) query = query.where('tenant', '=', tenant);
    if (principal !== undefined) query = query.where('principal', '=', principal);
    if (outcome !== undefined) query = query.where('outcome', '=', outcome);
    if (action !== undefined) query = query.where('action', '=', action);
    if (requestId !== undefined) query = query.where('request_id', '=', requestId);
    if (from) query = query.where('occurred_at', '>=', from.getTime());
    if (to) query = query.where('occurred_at', '<', to.getTime());
    return query;
  }

  async #readIdentity(): Promise<AuditIdentity | undefined> {
    const row = await this.#guard(() =>
      this.#db
        .selectFrom('audit_log')
        .select(['public_key', 'signing_seed'])
        .where('id', '=', logId)
        .executeTakeFirst(),
    );
    return row && { publicKey: row.public_key, ...(row.signing_seed && { signingSeed: row.signing_seed }) };
  }

  async #attemptsOf(requestIds: readonly string[]): Promise<AttemptAuditRow[]> {
    if (requestIds.length === 0) return [];
    return this.#guard(() =>
      this.#db
        .selectFrom('attempts')
        .select(attemptAuditColumns)
        .where('request_id', 'in', requestIds)
        .orderBy('request_id')
        .orderBy('ordinal')
        .execute(),
    );
  }
}

function toEntry({ leaf_index: index, tenant, record: text, hashes }: PlacedRow): StoredEntry {
  const [leafHash = Buffer.of()] = split(hashes);
  return { index, tenant, leafHash, text };
}

function split(hashes: Uint8Array): Hash[] {
  const all = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength);
  return Array.from({ length: all.length / hashSizeBytes }, (_, place) =>
    all.subarray(place * hashSizeBytes, (place + 1) * hashSizeBytes),
  );
}
