import type { Kysely } from 'kysely';
import type { FoundInRequest } from '../../domain/privacy/content-guard.ts';
import type { PlaceholderMap } from '../../domain/privacy/stream/stream-restorer.ts';
import type { PseudonymStore } from './contract.ts';
import type { Guard } from './guard.ts';
import { prepare } from './prepared.ts';
import type { RequestsTable, Schema } from './schema.ts';
import type { SealedColumns } from './sealed-columns.ts';

/** The map lies with its request, under that request's key: it is erased and purged with it. */
export class SqlPseudonymStore implements PseudonymStore {
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

  async keep(
    requestId: string,
    { found, placeholders }: { found: FoundInRequest; placeholders: PlaceholderMap },
  ): Promise<void> {
    const pseudonyms =
      Object.keys(placeholders).length === 0
        ? null
        : await this.#columns.sealJson({ requestId }, placeholders, place(requestId));
    await this.#guard(() => this.#statements.keep(this.#db, { requestId, found: JSON.stringify(found), pseudonyms }));
  }

  async ofRequest(requestId: string): Promise<PlaceholderMap> {
    const { rows } = await this.#guard(() => this.#statements.read(this.#db, { requestId }));
    const sealed = rows[0]?.pseudonyms ?? null;
    return sealed === null
      ? {}
      : (JSON.parse(await this.#columns.openText(sealed, place(requestId))) as PlaceholderMap);
  }
}

function place(requestId: string): string {
  return `requests.pseudonyms:${requestId}`;
}

function prepareStatements(db: Kysely<Schema>) {
  return {
    keep: prepare<{ requestId: string } & Pick<RequestsTable, 'found' | 'pseudonyms'>, unknown>((arg) =>
      db
        .updateTable('requests')
        .set({ found: arg('found'), pseudonyms: arg('pseudonyms') })
        .where('id', '=', arg('requestId')),
    ),
    read: prepare<{ requestId: string }, Pick<RequestsTable, 'pseudonyms'>>((arg) =>
      db.selectFrom('requests').select('pseudonyms').where('id', '=', arg('requestId')),
    ),
  };
}
