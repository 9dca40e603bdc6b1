import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Where the end of a request is told, each try to tell it, and what tenants sign it with. */
export const webhooks: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('webhooks')
      .addColumn('request_id', 'text', (column) =>
        column.primaryKey().notNull().references('requests.id').onDelete('cascade'),
      )
      .addColumn('url', 'bytea', (column) => column.notNull())
      .execute();

    await db.schema
      .createTable('webhook_deliveries')
      .addColumn('request_id', 'text', (column) =>
        column.notNull().references('webhooks.request_id').onDelete('cascade'),
      )
      .addColumn('delivery_id', 'text', (column) => column.notNull())
      .addColumn('webhook_id', 'text', (column) => column.notNull())
      .addColumn('attempted_at', 'bigint', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('status', 'integer')
      .addColumn('error', 'text')
      .addColumn('latency_ms', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('webhook_deliveries_key', ['request_id', 'delivery_id'])
      .execute();

    await db.schema
      .createTable('webhook_secrets')
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('secret', 'bytea', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint')
      .addPrimaryKeyConstraint('webhook_secrets_key', ['tenant', 'version'])
      .execute();
  },
};
