import type { Kysely } from 'kysely';
import { GatewayError, type GatewayErrorInfo } from '../../domain/errors.ts';
import {
  type AttemptStart,
  type AttemptStatements,
  type EndColumns,
  type NewEndColumns,
  prepareAttemptStatements,
} from './attempt-statements.ts';
import type { AttemptEnd, AttemptKey, AttemptStore, AttemptTurn, RunningTry } from './contract.ts';
import { classify } from './database-errors.ts';
import { tokenCount } from '../../domain/cost.ts';
import type { Guard } from './guard.ts';
import type { Schema } from './schema.ts';
import { parseUsage } from './request-rows.ts';
import type { SealedColumns } from './sealed-columns.ts';

type EndedTry = EndColumns & { outcome: AttemptEnd['outcome'] };

export class SqlAttemptStore implements AttemptStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #columns: SealedColumns;
  readonly #statements: AttemptStatements;

  constructor(db: Kysely<Schema>, guard: Guard, columns: SealedColumns) {
    this.#db = db;
    this.#guard = guard;
    this.#columns = columns;
    this.#statements = prepareAttemptStatements(db);
  }

  async begin(
    key: AttemptKey,
    start: { deployment: string; startedAt: Date; costMicroUsd?: number },
    givenUp?: RunningTry,
  ): Promise<AttemptTurn> {
    const row = { costMicroUsd: 0, ...start, startedAt: start.startedAt.getTime() };
    const ordinal = givenUp ? undefined : await this.#guard(() => this.#insertFirst(key, row));
    if (ordinal !== undefined) return { kind: 'mine', ordinal };
    return this.#guard(() => this.#takeOver(key, row, givenUp));
  }

  async renew({ requestId }: AttemptKey, ordinal: number, costMicroUsd: number): Promise<void> {
    const renewed = await this.#guard(() => this.#statements.renew(this.#db, { requestId, ordinal, costMicroUsd }));
    if (renewed.numAffectedRows === 0n) throw takenOver();
  }

  async end(key: AttemptKey, ordinal: number, end: AttemptEnd): Promise<void> {
    const { requestId } = key;
    const columns: NewEndColumns = {
      outcome: end.outcome,
      latency_ms: Math.round(end.latencyMs),
      cost_micro_usd: end.costMicroUsd,
      usage: end.usage ? JSON.stringify(end.usage) : null,
      input_tokens: end.usage ? tokenCount(end.usage.prompt_tokens) : null,
      output_tokens: end.usage ? tokenCount(end.usage.completion_tokens) : null,
      error_type: end.error?.type ?? null,
      error: end.error ? await this.#columns.sealJson({ requestId }, end.error, errorPlace(key)) : null,
      answer:
        end.answer === undefined ? null : await this.#columns.sealText({ requestId }, end.answer, answerPlace(key)),
      answer_hash: end.answer === undefined ? null : await this.#columns.hashText({ requestId }, end.answer),
    };
    const updated = await this.#guard(() => this.#statements.end(this.#db, { requestId, ordinal, ...columns }));
    if (updated.numAffectedRows !== 0n) return;
    const { rows } = await this.#guard(() => this.#statements.outcomeOf(this.#db, { requestId, ordinal }));
    const [known] = rows;
    if (known?.outcome === 'lost') throw takenOver();
    if (known) return;
    throw new GatewayError({
      type: 'not_found',
      message: 'The attempt is not in the database: it never began, or was purged.',
    });
  }

  async answer(key: AttemptKey): Promise<string | undefined> {
    const { rows } = await this.#guard(() => this.#statements.answer(this.#db, key));
    const [row] = rows;
    if (!row || row.answer === null) return undefined;
    return this.#columns.openText(row.answer, answerPlace({ ...key, runId: row.run_id }));
  }

  async reject(key: AttemptKey, error: GatewayErrorInfo): Promise<void> {
    const columns = {
      error_type: error.type,
      error: await this.#columns.sealJson({ requestId: key.requestId }, error, errorPlace(key)),
    };
    await this.#guard(() => this.#statements.reject(this.#db, { ...key, ...columns }));
  }

  /** The usual case in one statement: no try of this step is there yet. */
  async #insertFirst(key: AttemptKey, start: AttemptStart): Promise<number | undefined> {
    try {
      const { rows } = await this.#statements.insertFirst(this.#db, { ...key, ...start });
      return rows[0]?.ordinal;
    } catch (error) {
      if (classify(error) === 'taken') return undefined;
      throw error;
    }
  }

  async #takeOver(key: AttemptKey, start: AttemptStart, givenUp: RunningTry | undefined): Promise<AttemptTurn> {
    return this.#db.transaction().execute(async (transaction): Promise<AttemptTurn> => {
      await this.#statements.lockRequest(transaction, key);
      const { rows } = await this.#statements.newest(transaction, key);
      const newest = rows[0];
      if (newest && hasEnded(newest)) return { kind: 'ended', end: await this.#toEnd(key, newest) };
      if (newest && (newest.ordinal !== givenUp?.ordinal || newest.beat !== givenUp.beat)) {
        return { kind: 'elsewhere', ordinal: newest.ordinal, beat: newest.beat };
      }
      await this.#statements.lose(transaction, key);
      const inserted = await this.#statements.insertNext(transaction, { ...key, ...start });
      return { kind: 'mine', ordinal: inserted.rows[0]?.ordinal ?? 0 };
    });
  }

  async #toEnd(key: AttemptKey, row: EndedTry): Promise<AttemptEnd> {
    return {
      outcome: row.outcome,
      costMicroUsd: row.cost_micro_usd,
      latencyMs: row.latency_ms ?? 0,
      ...(row.answer !== null && { answer: await this.#columns.openText(row.answer, answerPlace(key)) }),
      ...(row.usage !== null && { usage: parseUsage(row.usage) }),
      ...(row.error !== null && { error: await this.#columns.openError(row.error, errorPlace(key)) }),
    };
  }
}

/** The newest try of a step is never `lost`: losing it and writing the next one is one transaction. */
function hasEnded<T extends EndColumns>(row: T): row is T & EndedTry {
  return row.outcome !== 'in_progress' && row.outcome !== 'lost';
}

function takenOver(): GatewayError {
  return new GatewayError({ type: 'conflict', message: 'Another process has taken this attempt over.' });
}

export function answerPlace(key: AttemptKey): string {
  return `attempts.answer:${key.requestId}:${key.runId}:${key.attempt}`;
}

function errorPlace(key: AttemptKey): string {
  return `attempts.error:${key.requestId}:${key.runId}:${key.attempt}`;
}
