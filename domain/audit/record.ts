import canonicalize from 'canonicalize';
import type { Modality } from '../deployment.ts';
import type { GatewayErrorType } from '../errors.ts';
import type { EntityCounts } from '../privacy/redact-text.ts';
import type { AttemptOutcome, TerminalStatus } from '../request-record.ts';

/**
 * What the audit log keeps, with the field names it is read by. Names, figures and keyed hashes only: never content,
 * never a secret. Times are ISO 8601 in UTC.
 */
export type AuditRecord = RequestAudit | RefusalAudit | AdminAudit;

/** Who did it, and from which address. */
interface Actor {
  tenant: string;
  /** Id of the key or of the token's subject. */
  principal: string;
  ip: string;
}

/** One run of a request, written when it has ended. A retried request has one record for each of its runs. */
export interface RequestAudit extends Actor {
  type: 'request';
  request_id: string;
  /** Temporal run. */
  run_id: string;
  modality: Modality;
  alias: string;
  stream: boolean;
  policy: string;
  /** How often each kind of personal data was found by these policies before anything left. */
  redacted: EntityCounts;
  /** In how many texts each category of sensitive words was found. */
  terms: Record<string, number>;
  attempts: AttemptAudit[];
  /** Whose answer was given. */
  deployment: string | null;
  outcome: TerminalStatus;
  error_type: GatewayErrorType | null;
  cost_usd: number;
  /** Keyed hashes, see `ContentHash`; null where there was none, or it was not kept. */
  request_hash: string | null;
  response_hash: string | null;
  created_at: string;
  finished_at: string;
}

interface AttemptAudit {
  deployment: string;
  outcome: AttemptOutcome;
  error_type: GatewayErrorType | null;
  latency_ms: number | null;
  cost_usd: number;
  started_at: string;
}

/** A caller who was known and was refused before a request began. */
export interface RefusalAudit extends Actor {
  type: 'refusal';
  /** The answer's `x-request-id`. */
  request_id: string;
  method: string;
  /** The route's path, with `:id` for ids. */
  route: string;
  outcome: 'rejected';
  error_type: GatewayErrorType;
  /** Equal refusals of this caller since the last record, which were counted only. */
  repeated: number;
  at: string;
}

/** Something an administrator did, or tried to do. */
export interface AdminAudit extends Actor {
  type: 'admin';
  id: string;
  /** What was done, as `thing.verb`: `key.created`, `deployment.drained`. */
  action: string;
  /** Id or name of what it was done to; null where that has none, or is a person. */
  target: string | null;
  /** `unknown`: the process died while it was under way. */
  outcome: 'done' | 'refused' | 'unknown';
  error_type: GatewayErrorType | null;
  at: string;
}

/** The bytes of a record that are hashed as a leaf: its canonical JSON (RFC 8785). */
export function canonicalText(value: object): string {
  return canonicalize(value) ?? '';
}
