import type { AttemptOutcome, RequestStatus } from '../../domain/request-record.ts';
import type { GatewayErrorType } from '../../domain/errors.ts';
import type { Modality } from '../../domain/deployment.ts';
import type { AuditSchema } from './audit-schema.ts';
import type { WebhooksSchema } from './webhooks-schema.ts';

/** The tables as both databases hold them: times in ms since the epoch, sealed columns in bytes, flags as 0 or 1. */
export interface Schema extends AuditSchema, WebhooksSchema {
  requests: RequestsTable;
  attempts: AttemptsTable;
  events: EventsTable;
  feedback: FeedbackTable;
  kept_answers: KeptAnswersTable;
  encryption_check: EncryptionCheckTable;
  ledger: LedgerTable;
  budgets: BudgetsTable;
  reservations: ReservationsTable;
  deployment_state: DeploymentStateTable;
  data_keys: DataKeysTable;
  erasures: ErasuresTable;
  api_keys: ApiKeysTable;
  api_key_secrets: ApiKeySecretsTable;
}

export interface RequestsTable {
  id: string;
  tenant: string;
  principal: string;
  modality: Modality;
  alias: string;
  stream: 0 | 1;
  body_hash: string;
  status: RequestStatus;
  created_at: number;
  finished_at: number | null;
  /** The run that owns the record now. */
  run_id: string | null;
  /** Runs that owned it before, each between two spaces: what they still write is late and changes nothing. */
  superseded_runs: string;
  deployment: string | null;
  /** The attempt whose answer is the result. */
  answered_ordinal: number | null;
  error_type: GatewayErrorType | null;
  /** Sealed JSON of GatewayErrorInfo. */
  error: Uint8Array | null;
  /** JSON of RoutingDecision: names and figures only, in plain. */
  route: string | null;
  /** JSON of RequestOrigin, for the audit log; null for what was accepted before there was one. */
  origin: string | null;
  /** JSON of FoundInRequest: kinds and counts only, in plain; null where nothing was looked for. */
  found: string | null;
  /** Sealed JSON of PlaceholderMap. */
  pseudonyms: Uint8Array | null;
  /** Pseudonym of the end user. */
  subject: string | null;
  /** The key that its content is sealed with; null for what was accepted before there were data keys. */
  key_id: string | null;
}

export interface AttemptsTable {
  request_id: string;
  /** Counts the tries of a request over all its runs, from 1. */
  ordinal: number;
  run_id: string;
  /** Which step of the run; a step that was repeated after a crash has several rows. */
  attempt: number;
  deployment: string;
  started_at: number;
  outcome: AttemptOutcome;
  /** Grows each second while the try's process is alive. */
  beat: number;
  latency_ms: number | null;
  cost_micro_usd: number;
  /** JSON of ChatUsage: counts only, in plain. */
  usage: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  error_type: GatewayErrorType | null;
  /** Sealed JSON of GatewayErrorInfo. */
  error: Uint8Array | null;
  /** Sealed JSON text of the answer. */
  answer: Uint8Array | null;
  /** Keyed hash of the answer, for the audit log. */
  answer_hash: string | null;
}

/** One row is one `append`: numbers have no gaps, so the first and last one say what is in it. */
export interface EventsTable {
  request_id: string;
  first_seq: number;
  last_seq: number;
  /** Sealed JSON array of StreamEvent. */
  payload: Uint8Array;
}

export interface DataKeysTable {
  id: string;
  tenant: string;
  /** Empty for the tenant's own keys. */
  subject: string;
  version: number;
  master_key_id: string;
  /** The key, sealed with the master key; zeros once it is destroyed. */
  wrapped: Uint8Array;
  created_at: number;
  destroyed_at: number | null;
}

/** Erasures that were asked for and are not carried out to the end yet. */
interface ErasuresTable {
  id: string;
  tenant: string;
  /** Empty for the whole tenant. */
  subject: string;
  asked_at: number;
}

/** What a request cost at one deployment; `deployment` is empty where none was called. */
export interface LedgerTable {
  request_id: string;
  deployment: string;
  tenant: string;
  principal: string;
  alias: string;
  modality: Modality;
  status: RequestStatus;
  finished_at: number;
  attempts: number;
  input_tokens: number;
  output_tokens: number;
  cost_micro_usd: number;
}

/** One period of one budget. The limit stands in the configuration. */
interface BudgetsTable {
  budget: string;
  period_start: number;
  spent_micro_usd: number;
  /** Sum of the open reservations. */
  reserved_micro_usd: number;
  /** How many those are. */
  open_requests: number;
}

/** What a budget sets aside for a request while it is open, and has paid for it. */
export interface ReservationsTable {
  request_id: string;
  budget: string;
  period_start: number;
  reserved_at: number;
  is_open: number;
  reserved_micro_usd: number;
  spent_micro_usd: number;
}

/** Answers that may be given again, and the questions that are being answered. */
interface KeptAnswersTable {
  /** Hash of the question, with a secret of the tenant. */
  key: string;
  tenant: string;
  /** The same for what is left of the question without its wording. */
  core_key: string | null;
  /** Who answered it, or is about to. */
  request_id: string;
  /** Sealed JSON of KeptAnswer; null until there is one. */
  sealed: Uint8Array | null;
  /** Of the answer, or of the claim. */
  expires_at: number;
}

/** One row that opens only with the keys this database was written with. */
interface EncryptionCheckTable {
  id: 1;
  sealed: Uint8Array;
  written_at: number;
}

export interface ApiKeysTable {
  id: string;
  tenant: string;
  name: string;
  /** JSON array, as are `models` and `allowed_ips`. */
  scopes: string;
  models: string | null;
  allowed_ips: string | null;
  /** JSON of RateLimits. */
  limits: string | null;
  /** JSON array of Budget. */
  budgets: string | null;
  /** Id of the principal that made it. */
  created_by: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

interface ApiKeySecretsTable {
  lookup: string;
  key_id: string;
  salt: Uint8Array;
  hash: Uint8Array;
  created_at: number;
  /** Null for the secret in force. */
  expires_at: number | null;
}

interface DeploymentStateTable {
  name: string;
  /** JSON of what was learned: names and figures only, in plain. */
  figures: string | null;
  kept_at: number | null;
  /** Null where no operator has taken the deployment out. */
  drained_at: number | null;
}

interface FeedbackTable {
  request_id: string;
  model: string;
  score: number;
  given_at: number;
  /** Sealed text. */
  comment: Uint8Array | null;
  /** Sealed JSON of PromptFeatures. */
  features: Uint8Array | null;
}
