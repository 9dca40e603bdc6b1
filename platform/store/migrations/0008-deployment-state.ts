import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was learned of each deployment, and which an operator has taken out. */
export const deploymentState: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('deployment_state')
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('figures', 'text')
      .addColumn('kept_at', 'bigint')
      .addColumn('drained_at', 'bigint')
      .execute();
  },
};
