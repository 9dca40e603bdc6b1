import type { Kysely } from 'kysely';
import { GatewayError } from '../../domain/errors.ts';
import type { Guard } from './guard.ts';
import type { Claim, KeptAnswer, KeptAnswerStore, KeptQuestion } from './kept-answers-contract.ts';
import type { Schema } from './schema.ts';
import type { SealedColumns } from './sealed-columns.ts';

export class SqlKeptAnswerStore implements KeptAnswerStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #columns: SealedColumns;

  constructor(db: Kysely<Schema>, guard: Guard, columns: SealedColumns) {
    this.#db = db;
    this.#guard = guard;
    this.#columns = columns;
  }

  async claim({ tenant, key, coreKey }: KeptQuestion, requestId: string, claimedUntil: Date): Promise<Claim> {
    const claimed = {
      core_key: coreKey ?? null,
      request_id: requestId,
      expires_at: claimedUntil.getTime(),
      sealed: null,
    };
    const taken = await this.#guard(() =>
      this.#db
        .insertInto('kept_answers')
        .values({ key, tenant, ...claimed })
        .onConflict((conflict) =>
          conflict
            .column('key')
            .doUpdateSet(claimed)
            .where((eb) =>
              eb.or([
                eb('kept_answers.expires_at', '<=', Date.now()),
                eb.and([eb('kept_answers.request_id', '=', requestId), eb('kept_answers.sealed', 'is', null)]),
              ]),
            ),
        )
        .executeTakeFirst(),
    );
    if (taken.numInsertedOrUpdatedRows === 1n) return { kind: 'mine' };
    const row = await this.#guard(() =>
      this.#db.selectFrom('kept_answers').select('sealed').where('key', '=', key).executeTakeFirst(),
    );
    if (!row?.sealed) return { kind: 'answering' };
    const kept = await this.#open(row.sealed, key);
    if (kept) return { kind: 'kept', kept };
    await this.#guard(() => this.#db.deleteFrom('kept_answers').where('key', '=', key).execute());
    return { kind: 'answering' };
  }

  async near({ key, coreKey }: KeptQuestion, limit: number): Promise<KeptAnswer[]> {
    if (coreKey === undefined) return [];
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('kept_answers')
        .select(['key', 'sealed'])
        .where('core_key', '=', coreKey)
        .where('key', '<>', key)
        .where('sealed', 'is not', null)
        .where('expires_at', '>', Date.now())
        .orderBy('expires_at', 'desc')
        .limit(limit)
        .execute(),
    );
    const sealed = rows.flatMap((row) => (row.sealed ? [{ key: row.key, sealed: row.sealed }] : []));
    const opened = await Promise.all(sealed.map((row) => this.#open(row.sealed, row.key)));
    return opened.filter((kept) => kept !== undefined);
  }

  async keep({ key }: KeptQuestion, requestId: string, kept: KeptAnswer, expiresAt: Date): Promise<void> {
    const sealed = await this.#columns.sealJson({ requestId }, kept, place(key));
    await this.#guard(() =>
      this.#db
        .updateTable('kept_answers')
        .set({ sealed, expires_at: expiresAt.getTime() })
        .where('key', '=', key)
        .where('request_id', '=', requestId)
        .execute(),
    );
  }

  async release({ key }: KeptQuestion, requestId: string): Promise<void> {
    await this.#guard(() =>
      this.#db
        .deleteFrom('kept_answers')
        .where('key', '=', key)
        .where('request_id', '=', requestId)
        .where('sealed', 'is', null)
        .execute(),
    );
  }

  /** Undefined for what was erased: it is as good as never kept. */
  async #open(sealed: Uint8Array, key: string): Promise<KeptAnswer | undefined> {
    try {
      return JSON.parse(await this.#columns.openText(sealed, place(key))) as KeptAnswer;
    } catch (error) {
      if (error instanceof GatewayError && error.type === 'content_erased') return undefined;
      throw error;
    }
  }
}

function place(key: string): string {
  return `kept_answers.sealed:${key}`;
}
