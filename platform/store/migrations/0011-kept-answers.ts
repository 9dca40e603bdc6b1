import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Answers that equal requests of the same tenant may be given again. */
export const keptAnswers: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('kept_answers')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('core_key', 'text')
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('sealed', 'bytea')
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('kept_answers_by_core')
      .on('kept_answers')
      .columns(['core_key', 'expires_at'])
      .execute();
    await db.schema.createIndex('kept_answers_by_expiry').on('kept_answers').columns(['expires_at']).execute();
    await db.schema.createIndex('kept_answers_by_tenant').on('kept_answers').columns(['tenant']).execute();
  },
};
