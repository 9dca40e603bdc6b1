import { randomUUID } from 'node:crypto';
import { type Kysely, sql, SqliteAdapter } from 'kysely';
import type { KeyOwner } from '../encryption/data-key.ts';
import type { DataKeyStore, FoundDataKey, WrappedDataKey } from './data-keys-contract.ts';
import type { Guard } from './guard.ts';
import type { DataKeysTable, Schema } from './schema.ts';

/** Stands for "no end user" in the table: NULLs would not collide in its unique constraint. */
const noSubject = '';

export class SqlDataKeyStore implements DataKeyStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;

  constructor(db: Kysely<Schema>, guard: Guard) {
    this.#db = db;
    this.#guard = guard;
  }

  async live({ tenant, subject = noSubject }: KeyOwner): Promise<WrappedDataKey[]> {
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('data_keys')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('subject', '=', subject)
        .where('destroyed_at', 'is', null)
        .orderBy('version')
        .execute(),
    );
    return rows.map(toKey);
  }

  async nextVersion({ tenant, subject = noSubject }: KeyOwner): Promise<number> {
    const row = await this.#guard(() =>
      this.#db
        .selectFrom('data_keys')
        .select((eb) => eb.fn.max('version').as('last'))
        .where('tenant', '=', tenant)
        .where('subject', '=', subject)
        .executeTakeFirst(),
    );
    return (row?.last ?? 0) + 1;
  }

  async add({ id, owner, version, masterKeyId, wrapped }: WrappedDataKey): Promise<boolean> {
    const inserted = await this.#guard(() =>
      this.#db
        .insertInto('data_keys')
        .values({
          id,
          tenant: owner.tenant,
          subject: owner.subject ?? noSubject,
          version,
          master_key_id: masterKeyId,
          wrapped,
          created_at: Date.now(),
        })
        .onConflict((conflict) => conflict.columns(['tenant', 'subject', 'version']).doNothing())
        .executeTakeFirst(),
    );
    return inserted.numInsertedOrUpdatedRows === 1n;
  }

  async find(id: string): Promise<FoundDataKey | undefined> {
    const row = await this.#guard(() =>
      this.#db.selectFrom('data_keys').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    if (!row) return undefined;
    return row.destroyed_at === null ? { kind: 'live', key: toKey(row) } : { kind: 'destroyed' };
  }

  async destroy({ tenant, subject }: KeyOwner): Promise<number> {
    const destroyed = await this.#guard(() =>
      this.#db.transaction().execute(async (transaction) => {
        const askedAt = Date.now();
        await transaction
          .insertInto('erasures')
          .values({ id: randomUUID(), tenant, subject: subject ?? noSubject, asked_at: askedAt })
          .execute();
        let doomed = transaction
          .selectFrom('data_keys')
          .select(['id', 'wrapped'])
          .where('tenant', '=', tenant)
          .where('destroyed_at', 'is', null);
        if (subject !== undefined) doomed = doomed.where('subject', '=', subject);
        const keys = await doomed.execute();
        for (const { id, wrapped } of keys) {
          await transaction
            .updateTable('data_keys')
            // As long as what it replaces, so that SQLite overwrites the bytes where they lie.
            .set({ wrapped: new Uint8Array(wrapped.length), destroyed_at: askedAt })
            .where('id', '=', id)
            .execute();
        }
        return keys.length;
      }),
    );
    await this.#flush();
    return destroyed;
  }

  /** A destroyed key must not come back after a power cut, nor stay behind in SQLite's write-ahead log. */
  async #flush(): Promise<void> {
    if (!(this.#db.getExecutor().adapter instanceof SqliteAdapter)) return;
    await this.#guard(() => sql`pragma wal_checkpoint(truncate)`.execute(this.#db));
  }

  async wrappedByOthers(masterKeyId: string, limit: number): Promise<WrappedDataKey[]> {
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('data_keys')
        .selectAll()
        .where('master_key_id', '<>', masterKeyId)
        .where('destroyed_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return rows.map(toKey);
  }

  async rewrap(key: WrappedDataKey, masterKeyId: string, wrapped: Uint8Array): Promise<void> {
    await this.#guard(() =>
      this.#db
        .updateTable('data_keys')
        .set({ master_key_id: masterKeyId, wrapped })
        .where('id', '=', key.id)
        .where('master_key_id', '=', key.masterKeyId)
        .where('destroyed_at', 'is', null)
        .execute(),
    );
  }

  async ofRequest(requestId: string): Promise<{ keyId: string | null } | undefined> {
    const row = await this.#guard(() =>
      this.#db.selectFrom('requests').select('key_id').where('id', '=', requestId).executeTakeFirst(),
    );
    return row && { keyId: row.key_id };
  }
}

function toKey(row: DataKeysTable): WrappedDataKey {
  const { id, tenant, subject, version, master_key_id: masterKeyId, wrapped } = row;
  return { id, owner: subject === noSubject ? { tenant } : { tenant, subject }, version, masterKeyId, wrapped };
}
