import type { Kysely } from 'kysely';
import { prepare } from './prepared.ts';
import type { AuditEntriesTable } from './audit-schema.ts';
import type { Schema } from './schema.ts';
import { requestAuditColumns, type WaitingRow } from './audit-rows.ts';

const logId = 1;
const entryColumns = ['leaf_index', 'tenant', 'record', 'hashes'] as const;

/** An entry with its place. */
export type PlacedRow = Pick<AuditEntriesTable, 'tenant' | 'record'> & { leaf_index: number; hashes: Uint8Array };
type NewRow = Omit<AuditEntriesTable, 'leaf_index' | 'hashes'>;
interface PlaceArgs {
  key: string;
  principal: string;
  record: string;
  leafIndex: number;
  hashes: Uint8Array;
}

export type AuditStatements = ReturnType<typeof prepareAuditStatements>;

/** What each record goes through, each step one statement, and what reads the log by index. */
export function prepareAuditStatements(db: Kysely<Schema>) {
  return {
    append: prepare<NewRow, unknown>((arg) =>
      db
        .insertInto('audit_entries')
        .values({
          key: arg('key'),
          type: arg('type'),
          tenant: arg('tenant'),
          principal: arg('principal'),
          request_id: arg('request_id'),
          action: arg('action'),
          outcome: arg('outcome'),
          occurred_at: arg('occurred_at'),
          ready_at: arg('ready_at'),
          record: arg('record'),
        })
        .onConflict((conflict) => conflict.column('key').doNothing()),
    ),

    end: prepare<Pick<NewRow, 'key' | 'outcome' | 'record'>, unknown>((arg) =>
      db
        .updateTable('audit_entries')
        .set({ outcome: arg('outcome'), record: arg('record'), ready_at: 0 })
        .where('key', '=', arg('key'))
        .where('leaf_index', 'is', null),
    ),

    waiting: prepare<{ now: number; limit: number }, WaitingRow>((arg) =>
      db
        .selectFrom('audit_entries')
        .leftJoin('requests', 'requests.id', 'audit_entries.request_id')
        .select(['audit_entries.key', 'audit_entries.record', 'audit_entries.request_id'])
        .select(requestAuditColumns.map((column) => `requests.${column}` as const))
        .where('audit_entries.leaf_index', 'is', null)
        .where('audit_entries.ready_at', '<=', arg('now'))
        .orderBy('audit_entries.occurred_at')
        .orderBy('audit_entries.key')
        .limit(arg('limit')),
    ),

    /** One statement, so that a size never stands beside another one's checkpoint. */
    head: prepare<object, { size: number; checkpoint_size: number | null; note: string | null }>(() =>
      db
        .selectFrom('audit_log')
        .leftJoin('audit_checkpoints', (join) =>
          join.on('audit_checkpoints.size', '=', (eb) =>
            eb.selectFrom('audit_checkpoints as newest').select((max) => max.fn.max('newest.size').as('size')),
          ),
        )
        .select(['audit_log.size', 'audit_checkpoints.size as checkpoint_size', 'audit_checkpoints.note'])
        .where('audit_log.id', '=', logId),
    ),

    /** Changes nothing where the log has another size: of several processes, one goes on. */
    grow: prepare<{ from: number; to: number }, unknown>((arg) =>
      db
        .updateTable('audit_log')
        .set({ size: arg('to') })
        .where('id', '=', logId)
        .where('size', '=', arg('from')),
    ),

    place: prepare<PlaceArgs, unknown>((arg) =>
      db
        .updateTable('audit_entries')
        .set({
          leaf_index: arg('leafIndex'),
          record: arg('record'),
          principal: arg('principal'),
          hashes: arg('hashes'),
        })
        .where('key', '=', arg('key'))
        .where('leaf_index', 'is', null),
    ),

    keepCheckpoint: prepare<{ size: number; note: string }, unknown>((arg) =>
      db.insertInto('audit_checkpoints').values({ size: arg('size'), note: arg('note') }),
    ),

    checkpoints: prepare<{ after: number; to: number }, { size: number; note: string }>((arg) =>
      db
        .selectFrom('audit_checkpoints')
        .select(['size', 'note'])
        .where('size', '>', arg('after'))
        .where('size', '<=', arg('to'))
        .orderBy('size'),
    ),

    entries: prepare<{ from: number; to: number }, PlacedRow>((arg) =>
      db
        .selectFrom('audit_entries')
        .select(entryColumns)
        .where('leaf_index', '>=', arg('from'))
        .where('leaf_index', '<', arg('to'))
        .orderBy('leaf_index')
        .$narrowType<PlacedRow>(),
    ),
  };
}
