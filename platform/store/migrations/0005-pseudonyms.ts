import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What was found in a request before it left, and what stands for what in it. */
export const pseudonyms: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('requests').addColumn('found', 'text').execute();
    await db.schema.alterTable('requests').addColumn('pseudonyms', 'bytea').execute();
  },
};
