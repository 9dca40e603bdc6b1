import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How the run that owns the request was routed. */
export const route: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('requests').addColumn('route', 'text').execute();
  },
};
