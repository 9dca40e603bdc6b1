import type { CacheWish } from '../domain/cache/cache-use.ts';
import type { ChatCompletionRequest } from '../domain/chat.ts';
import type { Principal } from '../domain/principal.ts';
import type { RequestRecord, RequestStatus } from '../domain/request-record.ts';
import type { RoutingDecision } from '../domain/routing/decision.ts';
import type { StreamEvent } from '../domain/stream-event.ts';
import type { DeploymentAdministration } from './admin/deployments-port.ts';
import type { AuditAdministration } from './admin/audit-port.ts';
import type { KeyAdministration } from './admin/keys-port.ts';
import type { TenantAdministration } from './admin/tenants-port.ts';
import type { ConfigAdministration } from './admin/reload-port.ts';
import type { UsagePorts } from './admin/usage-port.ts';
import type { HistoryCodec } from './codec/codec-port.ts';
import type { EdgePorts } from './edge/ports.ts';
import type { OperatorPages } from './ui/ui-port.ts';
import type { FeedbackPort } from './gateway/feedback-port.ts';
import type { WebhookPorts } from './gateway/webhooks-port.ts';
import type { ModerationPorts } from './openai/moderation-ports.ts';

export type { Principal, Scope } from '../domain/principal.ts';

export interface Credentials {
  /** The key or token that a caller showed. */
  shown: string;
  /** The peer's address, or what a trusted proxy said it is. */
  ip: string;
}

/** Weights of what matters for a request, each 0 to 1; what is left out weighs nothing. */
export interface QualityOfService {
  cost?: number;
  latency?: number;
  quality?: number;
}

/** The `gateway` field of a body, validated. */
export interface GatewayOptions {
  qos?: QualityOfService;
  policy?: string;
  maxCostUsd?: number;
  timeoutMs?: number;
  /** Where the end of the request is told. */
  webhookUrl?: string;
  cache?: CacheWish;
}

export interface NewChatRequest {
  /** The client's body, unknown fields included, without the `gateway` field. */
  body: ChatCompletionRequest;
  stream: boolean;
  idempotencyKey?: string;
  /** The client does not wait for the answer (`Prefer: respond-async`). */
  respondAsync: boolean;
  gateway: GatewayOptions;
  /** `traceparent` and `tracestate`, where the client sent valid ones. */
  traceHeaders: Record<string, string>;
}

export interface ModelListing {
  id: string;
  /** Unix seconds. */
  created: number;
  ownedBy: string;
}

/** `settled` is always the last item. */
export type FollowItem = { kind: 'event'; event: StreamEvent } | { kind: 'settled'; record: RequestRecord };

interface FollowArgs {
  requestId: string;
  tenant: string;
  /** 0: from the first event. */
  afterSeq: number;
  /** Ends the following when aborted. */
  signal: AbortSignal;
  /** False: only the `settled` item. */
  events: boolean;
}

export interface ListOptions {
  limit: number;
  /** Only records created before this instant. */
  before?: Date;
  status?: RequestStatus;
}

export type Readiness = { ok: true } | { ok: false; failing: { part: string; message: string }[] };

/** All that the HTTP edge needs of the gateway. Every failure is a `GatewayError`. */
export interface ApiPorts extends FeedbackPort, UsagePorts, WebhookPorts, EdgePorts, ModerationPorts {
  /** Throws `authentication_failed`, `permission_denied`, and `not_ready` where it cannot be judged now. */
  authenticate(credentials: Credentials): Promise<Principal>;
  /** Aliases and deployments the principal may name. */
  models(principal: Principal): ModelListing[];
  /** What would be done with the request. Throws `model_not_found`, `permission_denied`, `invalid_request`. */
  explainRoute(principal: Principal, request: NewChatRequest): RoutingDecision;
  /**
   * Accepts durably: the record is written and the workflow started when it resolves. `joined`: the Idempotency-Key
   * was known and this is the request it stands for. Throws `model_not_found`, `idempotency_key_reused`,
   * `overloaded`, `not_ready`, …
   */
  submit(principal: Principal, request: NewChatRequest): Promise<{ requestId: string; joined: boolean }>;
  follow(args: FollowArgs): AsyncGenerator<FollowItem>;
  /** Undefined for an unknown id and for another tenant's. */
  record(tenant: string, requestId: string): Promise<RequestRecord | undefined>;
  /** JSON text of the answer of a completed request. */
  result(tenant: string, requestId: string): Promise<string | undefined>;
  /** Newest first. */
  list(tenant: string, options: ListOptions): Promise<RequestRecord[]>;
  cancel(tenant: string, requestId: string): Promise<RequestRecord>;
  retry(tenant: string, requestId: string): Promise<RequestRecord>;
  ready(): Promise<Readiness>;
  readonly keys: KeyAdministration;
  readonly tenants: TenantAdministration;
  readonly codec: HistoryCodec;
  readonly pages: OperatorPages;
  readonly audit: AuditAdministration;
  readonly deployments: DeploymentAdministration;
  readonly config: ConfigAdministration;
}
