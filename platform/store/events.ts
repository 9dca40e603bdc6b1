import type { Kysely } from 'kysely';
import { GatewayError } from '../../domain/errors.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import type { EventLog } from './contract.ts';
import { classify } from './database-errors.ts';
import type { Guard } from './guard.ts';
import { type Executor, prepare } from './prepared.ts';
import type { EventsTable, Schema } from './schema.ts';
import type { SealedColumns } from './sealed-columns.ts';

/** A row is read and opened whole, so that it should not hold much more than one page of a reader. */
const maxEventsPerRow = 256;

interface Row {
  requestId: string;
  firstSeq: number;
  lastSeq: number;
  payload: Uint8Array;
}

export class SqlEventLog implements EventLog {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #columns: SealedColumns;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Kysely<Schema>, guard: Guard, columns: SealedColumns) {
    this.#db = db;
    this.#guard = guard;
    this.#columns = columns;
    this.#statements = prepareStatements(db);
  }

  async append(requestId: string, events: readonly StreamEvent[]): Promise<void> {
    const [first, ...more] = await this.#toRows(requestId, events);
    if (!first) return;
    await this.#guard(() =>
      more.length === 0
        ? this.#insert(this.#db, first)
        : this.#db.transaction().execute(async (transaction) => {
            for (const row of [first, ...more]) await this.#insert(transaction, row);
          }),
    );
  }

  async read(requestId: string, afterSeq: number, limit: number): Promise<StreamEvent[]> {
    const { rows } = await this.#guard(() =>
      this.#statements.read(this.#db, { requestId, afterSeq, lastWanted: afterSeq + limit }),
    );
    const opened = rows.map((row) => this.#columns.openEvents(row.payload, place(requestId, row.first_seq)));
    return (await Promise.all(opened)).flat().filter((event) => event.seq > afterSeq && event.seq <= afterSeq + limit);
  }

  async #toRows(requestId: string, events: readonly StreamEvent[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (let start = 0; start < events.length; start += maxEventsPerRow) {
      const part = events.slice(start, start + maxEventsPerRow);
      const firstSeq = part[0]?.seq ?? 0;
      if (part.some((event, index) => event.seq !== firstSeq + index)) {
        throw new RangeError('events are appended in the order of their numbers, without gaps');
      }
      const payload = await this.#columns.sealJson({ requestId }, part, place(requestId, firstSeq));
      rows.push({ requestId, firstSeq, lastSeq: firstSeq + part.length - 1, payload });
    }
    return rows;
  }

  /** Of two writers that saw the same end of the log, the key (request, first number) lets one through. */
  async #insert(executor: Executor, row: Row): Promise<void> {
    const inserted = await this.#statements.append(executor, row).catch((error: unknown) => {
      if (classify(error) === 'taken') throw taken(row.firstSeq);
      throw error;
    });
    if (inserted.numAffectedRows !== 1n) throw taken(row.firstSeq);
  }
}

function place(requestId: string, firstSeq: number): string {
  return `events.payload:${requestId}:${firstSeq}`;
}

function taken(seq: number): GatewayError {
  return new GatewayError({
    type: 'conflict',
    message: `Event ${seq} does not follow the end of the log: another process writes this request's events now.`,
  });
}

function prepareStatements(db: Kysely<Schema>) {
  return {
    /** Changes nothing where the log does not end just before the row. */
    append: prepare<Row, unknown>((arg) =>
      db
        .insertInto('events')
        .columns(['request_id', 'first_seq', 'last_seq', 'payload'])
        .expression(
          db
            .selectNoFrom((eb) => [
              eb.val(arg('requestId')).as('request_id'),
              eb.val(arg('firstSeq')).as('first_seq'),
              eb.val(arg('lastSeq')).as('last_seq'),
              eb.val(arg('payload')).as('payload'),
            ])
            .where((eb) =>
              eb(
                eb.fn.coalesce(
                  eb
                    .selectFrom('events')
                    .select('last_seq')
                    .where('request_id', '=', arg('requestId'))
                    .orderBy('first_seq', 'desc')
                    .limit(1),
                  eb.lit(0),
                ),
                '=',
                eb(eb.cast<number>(eb.val(arg('firstSeq')), 'integer'), '-', eb.lit(1)),
              ),
            ),
        ),
    ),

    read: prepare<
      { requestId: string; afterSeq: number; lastWanted: number },
      Pick<EventsTable, 'first_seq' | 'payload'>
    >((arg) =>
      db
        .selectFrom('events')
        .select(['first_seq', 'payload'])
        .where('request_id', '=', arg('requestId'))
        .where('last_seq', '>', arg('afterSeq'))
        .where('first_seq', '<=', arg('lastWanted'))
        .orderBy('first_seq'),
    ),
  };
}
