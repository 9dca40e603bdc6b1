import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What was spent and what is set aside. No row refers to a request by a foreign key: money is remembered longer than
 * the requests it was spent on.
 */
export const ledger: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('attempts').addColumn('input_tokens', 'bigint').execute();
    await db.schema.alterTable('attempts').addColumn('output_tokens', 'bigint').execute();
    await db.schema.alterTable('api_keys').addColumn('budgets', 'text').execute();

    await db.schema
      .createTable('ledger')
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('deployment', 'text', (column) => column.notNull())
      .addColumn('tenant', 'text', (column) => column.notNull())
      .addColumn('principal', 'text', (column) => column.notNull())
      .addColumn('alias', 'text', (column) => column.notNull())
      .addColumn('modality', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('finished_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('input_tokens', 'bigint', (column) => column.notNull())
      .addColumn('output_tokens', 'bigint', (column) => column.notNull())
      .addColumn('cost_micro_usd', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('ledger_key', ['request_id', 'deployment'])
      .execute();
    await db.schema.createIndex('ledger_by_end').on('ledger').columns(['finished_at', 'tenant']).execute();

    await db.schema
      .createTable('budgets')
      .addColumn('budget', 'text', (column) => column.notNull())
      .addColumn('period_start', 'bigint', (column) => column.notNull())
      .addColumn('spent_micro_usd', 'bigint', (column) => column.notNull())
      .addColumn('reserved_micro_usd', 'bigint', (column) => column.notNull())
      .addColumn('open_requests', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('budgets_key', ['budget', 'period_start'])
      .execute();

    await db.schema
      .createTable('reservations')
      .addColumn('request_id', 'text', (column) => column.notNull())
      .addColumn('budget', 'text', (column) => column.notNull())
      .addColumn('period_start', 'bigint', (column) => column.notNull())
      .addColumn('reserved_at', 'bigint', (column) => column.notNull())
      .addColumn('is_open', 'integer', (column) => column.notNull())
      .addColumn('reserved_micro_usd', 'bigint', (column) => column.notNull())
      .addColumn('spent_micro_usd', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('reservations_key', ['request_id', 'budget', 'period_start'])
      .execute();
    await db.schema.createIndex('reservations_by_age').on('reservations').columns(['is_open', 'reserved_at']).execute();
  },
};
