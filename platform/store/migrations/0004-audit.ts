import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The audit log. It refers to no other table: requests are forgotten after their retention, and the log is not.
 * `origin` of a request is what it was accepted with and its record needs.
 */
export const audit: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('audit_log')
      .addColumn('id', 'integer', (column) => column.primaryKey().notNull())
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('signing_seed', 'bytea')
      .addColumn('size', 'bigint', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('audit_entries')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('principal', 'text', (column) => column.notNull())
      .addColumn('request_id', 'text')
      .addColumn('action', 'text')
      .addColumn('outcome', 'text')
      .addColumn('occurred_at', 'bigint', (column) => column.notNull())
      .addColumn('ready_at', 'bigint', (column) => column.notNull())
      .addColumn('record', 'text', (column) => column.notNull())
      .addColumn('leaf_index', 'bigint', (column) => column.unique())
      .addColumn('hashes', 'bytea')
      .execute();
    await db.schema
      .createIndex('audit_entries_waiting')
      .on('audit_entries')
      .columns(['occurred_at', 'key'])
      .where(sql.ref('leaf_index'), 'is', null)
      .execute();
    await db.schema
      .createIndex('audit_entries_by_tenant')
      .on('audit_entries')
      .columns(['tenant', 'leaf_index'])
      .execute();
    await db.schema.createIndex('audit_entries_by_request').on('audit_entries').column('request_id').execute();

    await db.schema
      .createTable('audit_checkpoints')
      .addColumn('size', 'bigint', (column) => column.primaryKey().notNull())
      .addColumn('note', 'text', (column) => column.notNull())
      .execute();

    await db.schema.alterTable('requests').addColumn('origin', 'text').execute();
    await db.schema.alterTable('attempts').addColumn('answer_hash', 'text').execute();
  },
};
