import { type Kysely, sql } from 'kysely';
import type { AttemptOutcome } from '../../domain/request-record.ts';
import type { AttemptKey } from './contract.ts';
import { prepare } from './prepared.ts';
import type { AttemptsTable, Schema } from './schema.ts';

export interface AttemptStart {
  deployment: string;
  startedAt: number;
  costMicroUsd: number;
}

const endColumns = [
  'outcome',
  'latency_ms',
  'cost_micro_usd',
  'usage',
  'input_tokens',
  'output_tokens',
  'error_type',
  'error',
  'answer',
] as const;
export type EndColumns = Pick<AttemptsTable, (typeof endColumns)[number]>;
export type NewEndColumns = EndColumns & Pick<AttemptsTable, 'answer_hash'>;

/** Ordinals count the tries of a request, over all its runs and steps. */
type TryKey = Pick<AttemptKey, 'requestId'> & { ordinal: number };

export type AttemptStatements = ReturnType<typeof prepareAttemptStatements>;

/** The tries of a step: rows with the same request, run and attempt, of which at most the newest is in progress. */
export function prepareAttemptStatements(db: Kysely<Schema>) {
  const nextOrdinal = (requestId: string) =>
    db
      .selectFrom('attempts as earlier')
      .select((eb) => eb(eb.fn.coalesce(eb.fn.max('earlier.ordinal'), eb.lit(0)), '+', eb.lit(1)).as('next'))
      .where('earlier.request_id', '=', requestId);

  return {
    /** Changes nothing where the step has a try already. */
    insertFirst: prepare<AttemptKey & AttemptStart, Pick<AttemptsTable, 'ordinal'>>((arg) =>
      db
        .insertInto('attempts')
        .columns([
          'request_id',
          'ordinal',
          'run_id',
          'attempt',
          'deployment',
          'started_at',
          'outcome',
          'beat',
          'cost_micro_usd',
        ])
        .expression(
          db
            .selectNoFrom((eb) => [
              eb.val(arg('requestId')).as('request_id'),
              nextOrdinal(arg('requestId')).as('ordinal'),
              eb.val(arg('runId')).as('run_id'),
              eb.val(arg('attempt')).as('attempt'),
              eb.val(arg('deployment')).as('deployment'),
              eb.val(arg('startedAt')).as('started_at'),
              eb.val<AttemptOutcome>('in_progress').as('outcome'),
              eb.lit(0).as('beat'),
              eb.val(arg('costMicroUsd')).as('cost_micro_usd'),
            ])
            .where((eb) =>
              eb.not(
                eb.exists(
                  eb
                    .selectFrom('attempts as same')
                    .select('same.ordinal')
                    .where('same.request_id', '=', arg('requestId'))
                    .where('same.run_id', '=', arg('runId'))
                    .where('same.attempt', '=', arg('attempt')),
                ),
              ),
            ),
        )
        .returning('ordinal'),
    ),

    insertNext: prepare<AttemptKey & AttemptStart, Pick<AttemptsTable, 'ordinal'>>((arg) =>
      db
        .insertInto('attempts')
        .values({
          request_id: arg('requestId'),
          ordinal: nextOrdinal(arg('requestId')),
          run_id: arg('runId'),
          attempt: arg('attempt'),
          deployment: arg('deployment'),
          started_at: arg('startedAt'),
          outcome: 'in_progress',
          beat: 0,
          cost_micro_usd: arg('costMicroUsd'),
        })
        .returning('ordinal'),
    ),

    newest: prepare<AttemptKey, EndColumns & Pick<AttemptsTable, 'ordinal' | 'beat'>>((arg) =>
      db
        .selectFrom('attempts')
        .select(['ordinal', 'beat', ...endColumns])
        .where('request_id', '=', arg('requestId'))
        .where('run_id', '=', arg('runId'))
        .where('attempt', '=', arg('attempt'))
        .orderBy('ordinal', 'desc')
        .limit(1),
    ),

    /** Held to the end of the transaction, in both databases. */
    lockRequest: prepare<Pick<AttemptKey, 'requestId'>, unknown>((arg) =>
      db
        .updateTable('requests')
        .set((eb) => ({ id: eb.ref('id') }))
        .where('id', '=', arg('requestId')),
    ),

    lose: prepare<AttemptKey, unknown>((arg) =>
      db
        .updateTable('attempts')
        .set({ outcome: 'lost' })
        .where('request_id', '=', arg('requestId'))
        .where('run_id', '=', arg('runId'))
        .where('attempt', '=', arg('attempt'))
        .where('outcome', '=', 'in_progress'),
    ),

    renew: prepare<TryKey & Pick<AttemptStart, 'costMicroUsd'>, unknown>((arg) =>
      db
        .updateTable('attempts')
        .set((eb) => ({ beat: eb('beat', '+', eb.lit(1)), cost_micro_usd: arg('costMicroUsd') }))
        .where('request_id', '=', arg('requestId'))
        .where('ordinal', '=', arg('ordinal'))
        .where('outcome', '=', 'in_progress'),
    ),

    outcomeOf: prepare<TryKey, Pick<AttemptsTable, 'outcome'>>((arg) =>
      db
        .selectFrom('attempts')
        .select('outcome')
        .where('request_id', '=', arg('requestId'))
        .where('ordinal', '=', arg('ordinal')),
    ),

    /** Its own run's goes first, as in the settlement. */
    answer: prepare<AttemptKey, Pick<AttemptsTable, 'run_id' | 'answer'>>((arg) =>
      db
        .selectFrom('attempts')
        .select(['run_id', 'answer'])
        .where('request_id', '=', arg('requestId'))
        .where('attempt', '=', arg('attempt'))
        .where('outcome', 'in', ['succeeded', 'cached'])
        .orderBy(sql`case when run_id = ${arg('runId')} then 0 else 1 end`)
        .orderBy('ordinal', 'desc')
        .limit(1),
    ),

    reject: prepare<AttemptKey & Pick<EndColumns, 'error_type' | 'error'>, unknown>((arg) =>
      db
        .updateTable('attempts')
        .set({ outcome: 'rejected', error_type: arg('error_type'), error: arg('error') })
        .where('request_id', '=', arg('requestId'))
        .where('run_id', '=', arg('runId'))
        .where('attempt', '=', arg('attempt'))
        .where('outcome', '=', 'succeeded'),
    ),

    end: prepare<TryKey & NewEndColumns, unknown>((arg) =>
      db
        .updateTable('attempts')
        .set({
          outcome: arg('outcome'),
          latency_ms: arg('latency_ms'),
          cost_micro_usd: arg('cost_micro_usd'),
          usage: arg('usage'),
          input_tokens: arg('input_tokens'),
          output_tokens: arg('output_tokens'),
          error_type: arg('error_type'),
          error: arg('error'),
          answer: arg('answer'),
          answer_hash: arg('answer_hash'),
        })
        .where('request_id', '=', arg('requestId'))
        .where('ordinal', '=', arg('ordinal'))
        .where('outcome', '=', 'in_progress'),
    ),
  };
}
