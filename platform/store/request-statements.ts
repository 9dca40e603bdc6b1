import { type Kysely, sql } from 'kysely';
import type { GatewayErrorType } from '../../domain/errors.ts';
import type { TerminalStatus } from '../../domain/request-record.ts';
import type { NewRequest } from './contract.ts';
import { prepare } from './prepared.ts';
import { attemptColumns, requestColumns, type RequestRow } from './request-rows.ts';
import type { Schema } from './schema.ts';

type InsertArgs = Omit<NewRequest, 'stream' | 'createdAt' | 'route' | 'endUser' | 'origin'> & {
  stream: 0 | 1;
  createdAt: number;
  /** JSON of RoutingDecision. */
  route: string | null;
  subject: string | null;
  keyId: string;
  /** JSON of RequestOrigin. */
  origin: string;
};
interface RunArgs {
  id: string;
  runId: string;
  /** The run as it stands in `superseded_runs`. */
  token: string;
}
interface BeginArgs extends RunArgs {
  route: string | null;
}
interface SettleArgs extends RunArgs {
  status: TerminalStatus;
  finishedAt: number;
  attempt: number | null;
  deployment: string | null;
  errorType: GatewayErrorType | null;
  error: Uint8Array | null;
}

export type RequestStatements = ReturnType<typeof prepareRequestStatements>;

/** What a request's way goes through, each step one statement. */
export function prepareRequestStatements(db: Kysely<Schema>) {
  return {
    insert: prepare<InsertArgs, unknown>((arg) =>
      db
        .insertInto('requests')
        .values({
          id: arg('id'),
          tenant: arg('tenant'),
          principal: arg('principal'),
          modality: arg('modality'),
          alias: arg('alias'),
          stream: arg('stream'),
          body_hash: arg('bodyHash'),
          status: 'queued',
          created_at: arg('createdAt'),
          superseded_runs: '',
          subject: arg('subject'),
          key_id: arg('keyId'),
          route: arg('route'),
          origin: arg('origin'),
        })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    ),

    select: prepare<{ tenant: string; id: string }, RequestRow>((arg) =>
      db
        .selectFrom('requests')
        .leftJoin('attempts', 'attempts.request_id', 'requests.id')
        .select([...requestColumns, ...attemptColumns])
        .where('requests.tenant', '=', arg('tenant'))
        .where('requests.id', '=', arg('id'))
        .orderBy('attempts.ordinal'),
    ),

    exists: prepare<{ id: string }, { id: string }>((arg) =>
      db.selectFrom('requests').select('id').where('id', '=', arg('id')),
    ),

    answer: prepare<{ tenant: string; id: string }, { answer: Uint8Array | null; run_id: string; attempt: number }>(
      (arg) =>
        db
          .selectFrom('requests')
          .innerJoin('attempts', (join) =>
            join
              .onRef('attempts.request_id', '=', 'requests.id')
              .onRef('attempts.ordinal', '=', 'requests.answered_ordinal'),
          )
          .select(['attempts.answer', 'attempts.run_id', 'attempts.attempt'])
          .where('requests.tenant', '=', arg('tenant'))
          .where('requests.id', '=', arg('id'))
          .where('requests.status', '=', 'completed'),
    ),

    begin: prepare<BeginArgs, unknown>((arg) =>
      db
        .updateTable('requests')
        .set({
          superseded_runs: supersede(arg('runId')),
          run_id: arg('runId'),
          status: 'in_progress',
          finished_at: null,
          deployment: null,
          answered_ordinal: null,
          error_type: null,
          error: null,
          route: sql<string | null>`coalesce(${arg('route')}, route)`,
        })
        .where('id', '=', arg('id'))
        .where(sql<boolean>`(run_id is null or run_id <> ${arg('runId')})`)
        .where(notSuperseded(arg('token'))),
    ),

    settle: prepare<SettleArgs, unknown>((arg) =>
      db
        .updateTable('requests')
        .set({
          superseded_runs: supersede(arg('runId')),
          run_id: arg('runId'),
          status: arg('status'),
          finished_at: arg('finishedAt'),
          deployment: arg('deployment'),
          // A reset run answers with the attempt of the run it was cut from; its own goes first.
          answered_ordinal: db
            .selectFrom('attempts')
            .select('ordinal')
            .where('request_id', '=', arg('id'))
            .where('attempt', '=', sql<number>`cast(${arg('attempt')} as integer)`)
            .where('outcome', 'in', ['succeeded', 'cached'])
            .orderBy(sql`case when attempts.run_id = ${arg('runId')} then 0 else 1 end`)
            .orderBy('ordinal', 'desc')
            .limit(1),
          error_type: arg('errorType'),
          error: arg('error'),
        })
        .where('id', '=', arg('id'))
        .where(sql<boolean>`(run_id is null or run_id <> ${arg('runId')} or finished_at is null)`)
        .where(notSuperseded(arg('token'))),
    ),
  };
}

/** The former owner joins the superseded runs; an update's right-hand sides see the row as it was. */
function supersede(runId: string) {
  return sql<string>`case when run_id is null or run_id = ${runId} then superseded_runs
    else superseded_runs || ' ' || run_id || ' ' end`;
}

/** `like` would take the signs of an id for a pattern. */
function notSuperseded(token: string) {
  return sql<boolean>`replace(superseded_runs, ${token}, '') = superseded_runs`;
}
