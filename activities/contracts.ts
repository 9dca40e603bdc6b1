import type { CascadePlan, Verifier } from '../domain/cascade/plan.ts';
import type { CacheUse } from '../domain/cache/cache-options.ts';
import type { ChatCompletionRequest, ChatUsage } from '../domain/chat.ts';
import type { HedgePlan } from '../domain/hedge.ts';
import type { GatewayErrorInfo } from '../domain/errors.ts';
import type { FoundInRequest } from '../domain/privacy/content-guard.ts';
import type { PrivacyDemand } from '../domain/privacy/content-rules.ts';
import type { TerminalStatus } from '../domain/request-record.ts';
import type { Weights } from '../domain/routing/rank.ts';

/** A body that travels in the history where it is small, and by reference where it is not. */
export type Carried<T> = { kind: 'inline'; value: T } | ArtifactReference;

export interface ArtifactReference {
  kind: 'artifact';
  /** Whose artifact it is; histories of version 0.1 do not say. */
  requestId?: string;
  sha256: string;
  sizeBytes: number;
}

/** Input of the `gatewayRequest` workflow; its id is the request's id. */
export interface GatewayRequestInput {
  requestId: string;
  tenant: string;
  modality: 'chat';
  /** Model name as the client asked for it: an alias or a deployment. */
  alias: string;
  stream: boolean;
  /** The client's body without the `gateway` field. */
  body: Carried<ChatCompletionRequest>;
  /** Deployments to try, best first, as decided when the request was accepted; never empty. Absent in v0.1. */
  deployments?: string[];
  /** Which of the deployments only draft, and who judges their drafts. */
  cascade?: CascadePlan;
  /** When a second deployment is called as well. */
  hedge?: HedgePlan;
  limits: RequestLimits;
  /** Its end is told to the URL that is kept for it. */
  webhook?: true;
  /** How kept answers are used; absent where they are not. */
  cache?: CacheUse;
  /** What the policies ask for; absent where they ask for nothing. */
  privacy?: PrivacyDemand;
  /** Policy asked for by the request; the tenant's where absent. */
  policy?: string;
  /** How the caller weighs cost, latency and quality, 0 to 1 each; what is left out weighs nothing. */
  qos?: Partial<Weights>;
  /** `traceparent` and `tracestate` of the span that each step continues from. */
  traceHeaders?: Record<string, string>;
}

/** Caps of one request; they hold across crashes. */
export interface RequestLimits {
  /** From the start of the run to its outcome. */
  totalTimeoutMs: number;
  /** One call of one deployment. */
  tryTimeoutMs: number;
  /** From the call to the first token of a stream. */
  firstTokenTimeoutMs: number;
  maxAttempts: number;
  /** Longest pause between tries: a waiting client is told to come back instead. */
  maxWaitMs: number;
  maxCostMicroUsd?: number;
  /** What budgets set aside for the request; absent where none applies. */
  reservedMicroUsd?: number;
}

export interface RouteInput {
  requestId: string;
  tenant: string;
  alias: string;
  modality: 'chat';
  body: Carried<ChatCompletionRequest>;
  policy?: string;
  qos?: Partial<Weights>;
  traceHeaders?: Record<string, string>;
}

/** Deployments to try, best first; never empty. */
export interface Route {
  deployments: string[];
}

export interface RedactInput {
  requestId: string;
  tenant: string;
  alias: string;
  body: Carried<ChatCompletionRequest>;
  deployments: string[];
  /** Names of the policies that apply. */
  policies: string[];
  traceHeaders?: Record<string, string>;
}

/** A request as it may leave. */
export interface Redacted {
  body: Carried<ChatCompletionRequest>;
  /** Those that may have it; never empty. */
  deployments: string[];
  localOnly: boolean;
  found: FoundInRequest;
}

export interface CallModelInput {
  requestId: string;
  tenant: string;
  /** 1 for the first deployment tried. */
  attempt: number;
  deployment: string;
  /**
   * An answer of this call is the request's: it is its outcome as soon as it is written, and its client need not wait
   * for the settling step. `alias`: the model's name as the client asked for it.
   */
  concludes?: { alias: string };
  stream: boolean;
  body: Carried<ChatCompletionRequest>;
  /** Milliseconds since the epoch at which the request must have ended. */
  deadlineMs: number;
  tryTimeoutMs: number;
  firstTokenTimeoutMs: number;
  /** Another deployment waits for its turn. */
  hasNext?: boolean;
  /** What is left of the request's cost cap. */
  costCapMicroUsd?: number;
  /** What is left of the money set aside for the request. */
  reservedMicroUsd?: number;
  /** What the policies ask for; the body has been redacted where they ask for that. */
  privacy?: PrivacyDemand;
  /** Where the answer does not go to the client as it comes, why not. */
  purpose?: CallPurpose;
  /** Where a second deployment is called as well when the answer is late to begin. */
  hedge?: Hedge;
  traceHeaders?: Record<string, string>;
}

/** A second call, whose attempt number follows the first one's. */
export interface Hedge extends Omit<HedgePlan, 'deployments'> {
  deployment: string;
  /** The model's name as the client asked for it: the share of second calls is kept for each. */
  alias: string;
}

/**
 * - `draft`: is held until it has passed the checks, and fails as `answer_rejected` where it does not. `released`: they
 *   alone decide, so it then goes to the client, as a stream where that is `streamed`.
 * - `sample`: the same question once more, to compare the draft with.
 * - `judge`: the question is how good the answer of another attempt is.
 */
export type CallPurpose =
  | ({ kind: 'draft'; released: boolean; streamed: boolean } & Pick<Verifier, 'checks' | 'minMeanLogprob'>)
  | { kind: 'sample' }
  | { kind: 'judge'; draftAttempt: number };

/**
 * `running`: only from the local flavour, when the call takes longer than a local activity should; the regular
 * activity of the same attempt goes on with it.
 */
export type CallModelResult = { kind: 'running' } | { kind: 'answered'; answer: ModelAnswer };

/** The whole answer lies in the database; this is what the history shows of it. */
export interface ModelAnswer {
  deployment: string;
  finishReasons: (string | null)[];
  usage?: ChatUsage;
  costMicroUsd: number;
  /** Of the call that answered, where that is not the one that was asked for. */
  attempt?: number;
  /** The answer's text, up to 64 KiB in the history; longer ones are read from the request. */
  text?: string;
}

export interface SettleInput {
  requestId: string;
  tenant: string;
  alias: string;
  status: TerminalStatus;
  answeredBy?: { attempt: number; deployment: string };
  error?: GatewayErrorInfo;
  /** Budgets have set money aside for the request. */
  isPaidByBudget?: boolean;
  /** The answer is kept for equal questions. */
  keep?: { cache: CacheUse; body: Carried<ChatCompletionRequest> };
  traceHeaders?: Record<string, string>;
}

/** The end of a draft that was held: it goes to the client, or is turned down. */
export interface ConcludeDraftInput {
  requestId: string;
  attempt: number;
  deployment: string;
  /** The client's body. */
  body: Carried<ChatCompletionRequest>;
  /** Why it is turned down. */
  rejection?: GatewayErrorInfo;
  traceHeaders?: Record<string, string>;
}

export interface RecallInput {
  requestId: string;
  tenant: string;
  alias: string;
  stream: boolean;
  body: Carried<ChatCompletionRequest>;
  cache: CacheUse;
  traceHeaders?: Record<string, string>;
}

/** Empty where no answer was kept. */
export interface Recalled {
  answeredBy?: { attempt: number; deployment: string };
}

/** The URL is kept with the request. */
export interface DeliverWebhookInput {
  requestId: string;
  tenant: string;
}

/** Each step of a request as an activity. The workflow imports this interface, `createActivities` implements it. */
export interface GatewayActivities {
  route(input: RouteInput): Promise<Route>;
  redact(input: RedactInput): Promise<Redacted>;
  recall(input: RecallInput): Promise<Recalled>;
  callModel(input: CallModelInput): Promise<CallModelResult>;
  concludeDraft(input: ConcludeDraftInput): Promise<void>;
  settle(input: SettleInput): Promise<void>;
  deliverWebhook(input: DeliverWebhookInput): Promise<void>;
}

/** What is done behind processes that died, and behind time. Each step may be repeated. */
export interface SweepActivities {
  /** Ends records whose workflow was terminated or gave up. */
  endOrphans(): Promise<void>;
  /** Gives back what is set aside for requests that have ended or never began, and completes the ledger. */
  settleStrays(): Promise<void>;
  forgetExpired(): Promise<void>;
}

/** First detail of each `ApplicationFailure` an activity throws. */
export interface FailureDetail extends GatewayErrorInfo {
  costMicroUsd: number;
  /** Calls of models that it took to fail; 1 where absent. */
  calls?: number;
  /** How the second call failed, where there was one. */
  hedged?: { deployment: string; error: GatewayErrorInfo };
}

/** What the workflow returns; the answer itself is read from the request's record. */
export interface RequestOutcome {
  status: 'completed';
  deployment: string;
  attempt: number;
}
