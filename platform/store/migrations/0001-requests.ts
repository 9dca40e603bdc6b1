import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * `bytea` and `bigint` are PostgreSQL's names; SQLite takes any name for a type and stores blobs and 64-bit integers
 * as they come.
 */
export const requests: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('requests')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('principal', 'text', (column) => column.notNull())
      .addColumn('modality', 'text', (column) => column.notNull())
      .addColumn('alias', 'text', (column) => column.notNull())
      .addColumn('stream', 'integer', (column) => column.notNull())
      .addColumn('body_hash', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('run_id', 'text')
      .addColumn('superseded_runs', 'text', (column) => column.notNull())
      .addColumn('deployment', 'text')
      .addColumn('answered_ordinal', 'integer')
      .addColumn('error_type', 'text')
      .addColumn('error', 'bytea')
      .execute();
    await db.schema.createIndex('requests_by_tenant').on('requests').columns(['tenant', 'created_at', 'id']).execute();
    await db.schema.createIndex('requests_by_end').on('requests').columns(['finished_at', 'created_at']).execute();

    await db.schema
      .createTable('attempts')
      .addColumn('request_id', 'text', (column) => column.notNull().references('requests.id').onDelete('cascade'))
      .addColumn('ordinal', 'integer', (column) => column.notNull())
      .addColumn('run_id', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('deployment', 'text', (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('beat', 'integer', (column) => column.notNull())
      .addColumn('latency_ms', 'bigint')
      .addColumn('cost_micro_usd', 'bigint', (column) => column.notNull())
      .addColumn('usage', 'text')
      .addColumn('error_type', 'text')
      .addColumn('error', 'bytea')
      .addColumn('answer', 'bytea')
      .addPrimaryKeyConstraint('attempts_key', ['request_id', 'ordinal'])
      .execute();

    await db.schema
      .createTable('events')
      .addColumn('request_id', 'text', (column) => column.notNull().references('requests.id').onDelete('cascade'))
      .addColumn('first_seq', 'integer', (column) => column.notNull())
      .addColumn('last_seq', 'integer', (column) => column.notNull())
      .addColumn('payload', 'bytea', (column) => column.notNull())
      .addPrimaryKeyConstraint('events_key', ['request_id', 'first_seq'])
      .execute();

    await db.schema
      .createTable('encryption_check')
      .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('sealed', 'bytea', (column) => column.notNull())
      .addColumn('written_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
