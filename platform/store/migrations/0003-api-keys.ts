import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Keys that admins make, and their secrets: a rotated key has two of them for a while. */
export const apiKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('api_keys')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('models', 'text')
      .addColumn('allowed_ips', 'text')
      .addColumn('limits', 'text')
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addColumn('last_used_at', 'bigint')
      .execute();
    await db.schema.createIndex('api_keys_by_tenant').on('api_keys').columns(['tenant', 'created_at', 'id']).execute();

    await db.schema
      .createTable('api_key_secrets')
      .addColumn('lookup', 'text', (column) => column.primaryKey().notNull())
      .addColumn('key_id', 'text', (column) => column.notNull().references('api_keys.id').onDelete('cascade'))
      .addColumn('salt', 'bytea', (column) => column.notNull())
      .addColumn('hash', 'bytea', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .execute();
    await db.schema.createIndex('api_key_secrets_by_key').on('api_key_secrets').column('key_id').execute();
  },
};
