import type { ChatUsage } from '../../domain/chat.ts';
import type { Modality } from '../../domain/deployment.ts';
import type { GatewayErrorInfo } from '../../domain/errors.ts';
import type { FoundInRequest } from '../../domain/privacy/content-guard.ts';
import type { PlaceholderMap } from '../../domain/privacy/stream/stream-restorer.ts';
import type { AttemptOutcome, RequestRecord, TerminalStatus } from '../../domain/request-record.ts';
import type { RoutingDecision } from '../../domain/routing/decision.ts';
import type { StreamEvent } from '../../domain/stream-event.ts';
import type { Accounts, Ledger } from './ledger-contract.ts';
import type { AuditStore } from '../audit/contract.ts';
import type { ContentVault } from '../encryption/content-vault.ts';
import type { FeedbackStore } from './feedback-contract.ts';
import type { KeptAnswerStore } from './kept-answers-contract.ts';
import type { ApiKeyStore } from './api-keys-contract.ts';
import type { WebhookStore } from './webhooks-contract.ts';
import type { ErasureStore } from './erasures-contract.ts';
import type { DeploymentStateStore } from './deployment-state-contract.ts';

/** The gateway's database. Every write is idempotent by request id (and run, attempt, sequence number). */
export interface Store {
  readonly requests: RequestStore;
  readonly attempts: AttemptStore;
  readonly events: EventLog;
  readonly feedback: FeedbackStore;
  readonly keptAnswers: KeptAnswerStore;
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly deployments: DeploymentStateStore;
  readonly pseudonyms: PseudonymStore;
  /** The keys of tenants and end users, in this database. */
  readonly vault: ContentVault;
  readonly erasures: ErasureStore;
  readonly apiKeys: ApiKeyStore;
  readonly webhooks: WebhookStore;
  readonly audit: AuditStore;
  /** Rejects when the database cannot be read and written now. */
  ping(): Promise<void>;
  /** Deletes finished requests older than `before` with their attempts and events; returns how many. */
  purge(before: Date): Promise<number>;
  close(): Promise<void>;
}

export interface NewRequest {
  id: string;
  tenant: string;
  principal: string;
  modality: Modality;
  alias: string;
  stream: boolean;
  /** sha256 (hex) of the canonical body: tells a repeated Idempotency-Key from a reused one. */
  bodyHash: string;
  /** How it was routed. */
  route?: RoutingDecision;
  /** What the audit log says of where it came from; of the body (compact JSON) only a keyed hash is kept. */
  origin: Omit<RequestOrigin, 'requestHash'> & { body: string };
  /** Who asked, as the caller names its own users (`user` in the body): what is kept of this request is kept under his key. */
  endUser?: string;
  createdAt: Date;
}

/** For the audit log. */
export interface RequestOrigin {
  /** Address of the client. */
  ip: string;
  /** Names of the policies that apply, joined by `+`. */
  policy: string;
  requestHash: string;
}

/** A request that the database knows, and the body it was accepted with. */
export interface AcceptedRequest {
  bodyHash: string;
  record: RequestRecord;
}

export interface RequestStore {
  /**
   * Writes the record before the workflow is started. Where the id is known already (Idempotency-Key), nothing is
   * changed and what stands there is returned.
   */
  accept(request: NewRequest): Promise<{ created: boolean } & AcceptedRequest>;
  /** What `accept` would find. Undefined for an unknown id and for another tenant's. */
  accepted(tenant: string, id: string): Promise<AcceptedRequest | undefined>;
  /** With its attempts, oldest first. Undefined for an unknown id and for another tenant's. */
  get(tenant: string, id: string): Promise<RequestRecord | undefined>;
  /** Newest first, for lists: at most `limit`, older than `before`. */
  list(
    tenant: string,
    options: { limit: number; before?: Date; status?: RequestRecord['status'] },
  ): Promise<RequestRecord[]>;
  /** JSON text of the answer of a completed request. */
  result(tenant: string, id: string): Promise<string | undefined>;
  /**
   * The run takes the request over: `in_progress`, without an end, routed as it was accepted unless `route` is given.
   * Idempotent; a later run replaces an earlier one.
   */
  begin(id: string, runId: string, route?: RoutingDecision): Promise<void>;
  /** The one end of a run; false where nothing changed, because the run had ended or another owns the request. */
  settle(settlement: Settlement): Promise<boolean>;
  /** Records created before `before` that no run has taken over, oldest first, for the sweeper. */
  queued(before: Date, limit: number): Promise<{ id: string; tenant: string; createdAt: Date }[]>;
  /** Records created before `before` that a run has taken over and not ended, oldest first, for the sweeper. */
  unfinished(before: Date, limit: number): Promise<{ id: string; tenant: string; alias: string }[]>;
  /** A record whose workflow was never started ends as failed. Only where it is still `queued`. */
  abandon(id: string, error: GatewayErrorInfo, finishedAt: Date): Promise<void>;
  /** The workflow of an abandoned record was started after all. Changes nothing once a run has taken it over. */
  requeue(id: string): Promise<void>;
}

export interface Settlement {
  requestId: string;
  runId: string;
  status: TerminalStatus;
  finishedAt: Date;
  /** Which attempt's answer is the request's result; absent where there is none. */
  answeredBy?: { attempt: number; deployment: string };
  error?: GatewayErrorInfo;
}

/** Names one step of one run: attempt 1 is the first deployment tried. */
export interface AttemptKey {
  requestId: string;
  runId: string;
  attempt: number;
}

/** How a try ended: what a repeated step answers with instead of calling the model again. */
export interface AttemptEnd {
  outcome: Exclude<AttemptOutcome, 'in_progress' | 'lost'>;
  /** JSON text of the whole answer (OpenAI `chat.completion`), for `succeeded`. */
  answer?: string;
  usage?: ChatUsage;
  costMicroUsd: number;
  latencyMs: number;
  error?: GatewayErrorInfo;
}

/** A try of a step, and how often its process has said that it goes on. */
export interface RunningTry {
  ordinal: number;
  beat: number;
}

/**
 * Whose turn a step is: over (`ended`), another process's that may be alive (`elsewhere`), or the caller's (`mine`), who
 * then works on the try `ordinal`.
 */
export type AttemptTurn =
  { kind: 'ended'; end: AttemptEnd } | ({ kind: 'elsewhere' } & RunningTry) | { kind: 'mine'; ordinal: number };

export interface AttemptStore {
  /**
   * A step starts, or starts again. Where a try of it has ended, nothing is written. Where one goes on, the caller
   * watches its beat; calling again with a try that has stood still (`given up`) makes it `lost` and writes the next.
   * `costMicroUsd`: what the try has cost if it is never heard of again; nothing where absent.
   */
  begin(
    key: AttemptKey,
    start: { deployment: string; startedAt: Date; costMicroUsd?: number },
    givenUp?: RunningTry,
  ): Promise<AttemptTurn>;
  /**
   * The try goes on, and has cost so much by now. @throws GatewayError `conflict` where another process has taken the
   * step over.
   */
  renew(key: AttemptKey, ordinal: number, costMicroUsd: number): Promise<void>;
  /** Ends the try; a second call changes nothing. @throws GatewayError `conflict` as for `renew`. */
  end(key: AttemptKey, ordinal: number, end: AttemptEnd): Promise<void>;
  /** A step's answer, as JSON text; of the run that this one was reset from where it has none of its own. */
  answer(key: AttemptKey): Promise<string | undefined>;
  /** A step that had succeeded is `rejected` after all. Idempotent. */
  reject(key: AttemptKey, error: GatewayErrorInfo): Promise<void>;
}

export interface EventLog {
  /**
   * Appends events whose numbers follow the last one. Rejects with a `conflict` GatewayError when a number is taken
   * already (another process took the request over): nothing is written then.
   */
  append(requestId: string, events: readonly StreamEvent[]): Promise<void>;
  /** Events with `seq > afterSeq`, in order, at most `limit`. */
  read(requestId: string, afterSeq: number, limit: number): Promise<StreamEvent[]>;
}

/** What was found in requests before they left, and what stands for what in them. */
export interface PseudonymStore {
  /** A repeated step replaces what was kept. */
  keep(requestId: string, redaction: { found: FoundInRequest; placeholders: PlaceholderMap }): Promise<void>;
  /** Empty where the request holds no placeholders. @throws GatewayError `content_erased`. */
  ofRequest(requestId: string): Promise<PlaceholderMap>;
}

/**
 * Encrypts content columns (results, events, error messages). `context` (table, column, row) is bound to the
 * ciphertext, so a value moved to another row does not open. Throws `encryption_failed`.
 */
export interface Cipher {
  /** Id of the key that seals. */
  readonly activeKeyId: string;
  seal(plain: Uint8Array, context: string): Uint8Array;
  open(sealed: Uint8Array, context: string): Uint8Array;
}
