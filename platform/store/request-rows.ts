import type { ChatUsage } from '../../domain/chat.ts';
import { GatewayError, type GatewayErrorInfo } from '../../domain/errors.ts';
import type { FoundInRequest } from '../../domain/privacy/content-guard.ts';
import { type AttemptRecord, isTerminal, type RequestRecord } from '../../domain/request-record.ts';
import type { RoutingDecision } from '../../domain/routing/decision.ts';
import type { AttemptsTable, RequestsTable } from './schema.ts';
import type { SealedColumns } from './sealed-columns.ts';

export const requestColumns = [
  'requests.id',
  'requests.tenant',
  'requests.modality',
  'requests.alias',
  'requests.stream',
  'requests.body_hash',
  'requests.status',
  'requests.created_at',
  'requests.finished_at',
  'requests.run_id',
  'requests.deployment',
  'requests.answered_ordinal',
  'requests.error',
  'requests.route',
  'requests.found',
] as const;

export const attemptColumns = [
  'attempts.ordinal as attempt_ordinal',
  'attempts.deployment as attempt_deployment',
  'attempts.outcome as attempt_outcome',
  'attempts.error_type as attempt_error_type',
  'attempts.latency_ms as attempt_latency_ms',
  'attempts.cost_micro_usd as attempt_cost_micro_usd',
  'attempts.usage as attempt_usage',
] as const;

type AttemptPart = Pick<
  AttemptsTable,
  'ordinal' | 'deployment' | 'outcome' | 'error_type' | 'latency_ms' | 'cost_micro_usd' | 'usage'
>;

/** A request beside one of its attempts; all of the latter null where it has none. */
export type RequestRow = Omit<
  RequestsTable,
  'principal' | 'superseded_runs' | 'error_type' | 'subject' | 'key_id' | 'origin' | 'pseudonyms'
> & {
  [Column in keyof AttemptPart as `attempt_${Column}`]: AttemptPart[Column] | null;
};

export function errorPlace(requestId: string): string {
  return `requests.error:${requestId}`;
}

/** Folds rows (a request's rows side by side, attempts oldest first) into records, in the order of the rows. */
export async function toRecords(rows: readonly RequestRow[], columns: SealedColumns): Promise<RequestRecord[]> {
  const records = new Map<string, RequestRecord>();
  for (const row of rows) {
    let record = records.get(row.id);
    if (!record) {
      record = await withoutAttempts(row, columns);
      records.set(row.id, record);
    }
    if (row.attempt_ordinal === null) continue;
    record.attempts.push(toAttempt(row, isTerminal(record.status)));
    record.costMicroUsd += row.attempt_cost_micro_usd ?? 0;
    if (row.attempt_ordinal === row.answered_ordinal && row.attempt_usage !== null) {
      record.usage = parseUsage(row.attempt_usage);
    }
  }
  return [...records.values()];
}

async function withoutAttempts(row: RequestRow, columns: SealedColumns): Promise<RequestRecord> {
  return {
    id: row.id,
    tenant: row.tenant,
    modality: row.modality,
    alias: row.alias,
    stream: row.stream === 1,
    status: row.status,
    createdAt: new Date(row.created_at),
    attempts: [],
    costMicroUsd: 0,
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.finished_at !== null && { finishedAt: new Date(row.finished_at) }),
    ...(row.deployment !== null && { deployment: row.deployment }),
    ...(row.route !== null && { route: parseRoute(row.route) }),
    ...(row.found !== null && { found: parseFound(row.found) }),
    ...(row.error !== null && { error: await openError(row.error, row.id, columns) }),
  };
}

/** What was erased must not hide the records beside it in a list. */
async function openError(sealed: Uint8Array, id: string, columns: SealedColumns): Promise<GatewayErrorInfo> {
  try {
    return await columns.openError(sealed, errorPlace(id));
  } catch (error) {
    if (error instanceof GatewayError && error.type === 'content_erased') return error.info;
    throw error;
  }
}

/** A try that is still open when its request has ended died with its process. */
function toAttempt(row: RequestRow, requestEnded: boolean): AttemptRecord {
  const outcome = row.attempt_outcome ?? 'in_progress';
  return {
    deployment: row.attempt_deployment ?? '',
    outcome: requestEnded && outcome === 'in_progress' ? 'lost' : outcome,
    costMicroUsd: row.attempt_cost_micro_usd ?? 0,
    ...(row.attempt_error_type !== null && { errorType: row.attempt_error_type }),
    ...(row.attempt_latency_ms !== null && { latencyMs: row.attempt_latency_ms }),
  };
}

function parseRoute(json: string): RoutingDecision {
  const route: RoutingDecision = JSON.parse(json);
  return route;
}

function parseFound(json: string): FoundInRequest {
  const found: FoundInRequest = JSON.parse(json);
  return found;
}

/** Reads `attempts.usage`. */
export function parseUsage(json: string): ChatUsage {
  const usage: ChatUsage = JSON.parse(json);
  return usage;
}
