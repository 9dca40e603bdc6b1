import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Keys of tenants and end users, wrapped; which of them a request's content lies under; erasures to carry out. */
export const dataKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('data_keys')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('master_key_id', 'text', (column) => column.notNull())
      .addColumn('wrapped', 'bytea', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('destroyed_at', 'bigint')
      .addUniqueConstraint('data_keys_version', ['tenant', 'subject', 'version'])
      .execute();

    await db.schema
      .createTable('erasures')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .execute();

    await db.schema.alterTable('requests').addColumn('subject', 'text').execute();
    await db.schema.alterTable('requests').addColumn('key_id', 'text').execute();
    await db.schema
      .createIndex('requests_by_subject')
      .on('requests')
      .columns(['tenant', 'subject'])
      .where('subject', 'is not', null)
      .execute();
  },
};
