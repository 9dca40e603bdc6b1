import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What owners thought of answers; goes with its request. */
export const feedback: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('feedback')
      .addColumn('request_id', 'text', (column) =>
        column.primaryKey().notNull().references('requests.id').onDelete('cascade'),
      )
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('score', 'real', (column) => column.notNull())
      .addColumn('given_at', 'bigint', (column) => column.notNull())
      .addColumn('comment', 'bytea')
      .addColumn('features', 'bytea')
      .execute();
  },
};
