import type { AuditRecord, RequestAudit } from '../../domain/audit/record.ts';
import type { FoundInRequest } from '../../domain/privacy/content-guard.ts';
import type { NewRecord, SettledRun } from '../audit/contract.ts';
import type { RequestOrigin } from './contract.ts';
import type { AuditEntriesTable } from './audit-schema.ts';
import type { AttemptsTable, RequestsTable } from './schema.ts';

export const requestAuditColumns = [
  'principal',
  'modality',
  'alias',
  'stream',
  'created_at',
  'finished_at',
  'run_id',
  'origin',
  'found',
] as const;

const nothingFound: FoundInRequest = { entities: {}, terms: {} };

/** A record without a place, beside what is left of its request; all of that null where nothing is. */
export type WaitingRow = Pick<AuditEntriesTable, 'key' | 'record' | 'request_id'> & {
  [Column in (typeof requestAuditColumns)[number]]: RequestsTable[Column] | null;
};

export const attemptAuditColumns = [
  'request_id',
  'ordinal',
  'run_id',
  'deployment',
  'started_at',
  'outcome',
  'latency_ms',
  'cost_micro_usd',
  'error_type',
  'answer_hash',
] as const;

/** A try of a request. */
export type AttemptAuditRow = Pick<AttemptsTable, (typeof attemptAuditColumns)[number]>;

/** The columns that lists are filtered by, and the key that makes a record one of a kind. */
export function toRow(written: NewRecord): Omit<AuditEntriesTable, 'leaf_index' | 'hashes' | 'ready_at'> {
  const record = JSON.stringify(written, plain);
  const { type, tenant } = written;
  const common = { type, tenant, request_id: null, action: null, outcome: null, record };
  if (written.type === 'request') {
    const { request_id, run_id, outcome, finished_at: finishedAt } = written;
    // Who asked is read when the record gets its place.
    const places = { key: `request/${request_id}/${run_id}`, principal: '', occurred_at: Date.parse(finishedAt) };
    return { ...common, ...places, request_id, outcome };
  }
  const { principal, at } = written;
  const event = { ...common, principal, occurred_at: Date.parse(at) };
  return written.type === 'refusal'
    ? { ...event, key: `refusal/${written.request_id}`, request_id: written.request_id, outcome: written.outcome }
    : { ...event, key: `admin/${written.id}`, action: written.action, outcome: written.outcome };
}

/** The whole record: as it was written, or, for a run, with what its request's rows say. */
export function completeRecord(row: WaitingRow, attempts: readonly AttemptAuditRow[]): AuditRecord {
  const written = JSON.parse(row.record) as NewRecord;
  return written.type === 'request' ? completeRun(written, row, attempts) : written;
}

function completeRun(run: SettledRun, row: WaitingRow, attempts: readonly AttemptAuditRow[]): RequestAudit {
  const origin: Partial<RequestOrigin> = row.origin === null ? {} : JSON.parse(row.origin);
  const found: FoundInRequest = row.found === null ? nothingFound : JSON.parse(row.found);
  const own = attempts.filter((attempt) => attempt.run_id === run.run_id);
  const answering = ({ outcome, deployment }: AttemptAuditRow): boolean =>
    (outcome === 'succeeded' || outcome === 'cached') && deployment === run.deployment;
  // A reset run may give the answer of the run that it was cut from.
  const answer = run.outcome === 'completed' ? (own.findLast(answering) ?? attempts.findLast(answering)) : undefined;
  const costMicroUsd = own.reduce((sum, attempt) => sum + attempt.cost_micro_usd, 0);
  return {
    ...run,
    principal: row.principal ?? '',
    ip: origin.ip ?? '',
    modality: row.modality ?? 'chat',
    alias: row.alias ?? '',
    stream: row.stream === 1,
    policy: origin.policy ?? '',
    redacted: found.entities,
    terms: found.terms,
    attempts: own.map((attempt) => ({
      deployment: attempt.deployment,
      // A try that is still open when its run has ended died with its process.
      outcome: attempt.outcome === 'in_progress' ? 'lost' : attempt.outcome,
      error_type: attempt.error_type,
      latency_ms: attempt.latency_ms,
      cost_usd: attempt.cost_micro_usd / 1e6,
      started_at: new Date(attempt.started_at).toISOString(),
    })),
    cost_usd: costMicroUsd / 1e6,
    request_hash: origin.requestHash ?? null,
    response_hash: answer?.answer_hash ?? null,
    created_at: instant(row.created_at) ?? run.finished_at,
    // The outcome may have been written before the step that settles; a later run has another.
    finished_at: (row.run_id === run.run_id ? instant(row.finished_at) : undefined) ?? run.finished_at,
  };
}

/** Names come from tokens and addresses too: canonical JSON takes no lone surrogates. */
function plain(_field: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

function instant(ms: number | null): string | undefined {
  return ms === null ? undefined : new Date(ms).toISOString();
}
