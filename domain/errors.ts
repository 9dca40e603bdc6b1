/**
 * Every way a request can fail, as one closed union. The member's name is the `type` of the Temporal
 * `ApplicationFailure`, the `error_type` of an attempt and the `code` of the error envelope, so an operator finds the
 * same word in the UI, the database, the logs and the client.
 *
 * - `status`: HTTP status a client sees when this error is the last word on its request.
 * - `openaiType`: `error.type` of the OpenAI envelope.
 * - `next`: what the workflow does with it. `stop` ends the request, `failover` tries the next deployment (and, when
 *   none is left, waits and tries again if the deadline allows), `skip` tries the next deployment but never comes back
 *   to this one within the request.
 */
export const gatewayErrors = {
  invalid_request: { status: 400, openaiType: 'invalid_request_error', next: 'stop' },
  authentication_failed: { status: 401, openaiType: 'authentication_error', next: 'stop' },
  budget_exceeded: { status: 402, openaiType: 'insufficient_quota', next: 'stop' },
  permission_denied: { status: 403, openaiType: 'permission_error', next: 'stop' },
  /** A policy refuses the content of the request: nothing was sent to anybody. */
  content_filter: { status: 403, openaiType: 'permission_error', next: 'stop' },
  not_found: { status: 404, openaiType: 'invalid_request_error', next: 'stop' },
  model_not_found: { status: 404, openaiType: 'invalid_request_error', next: 'stop' },
  method_not_allowed: { status: 405, openaiType: 'invalid_request_error', next: 'stop' },
  conflict: { status: 409, openaiType: 'invalid_request_error', next: 'stop' },
  payload_too_large: { status: 413, openaiType: 'invalid_request_error', next: 'stop' },
  unsupported_media_type: { status: 415, openaiType: 'invalid_request_error', next: 'stop' },
  idempotency_key_reused: { status: 422, openaiType: 'invalid_request_error', next: 'stop' },
  rate_limited: { status: 429, openaiType: 'rate_limit_error', next: 'stop' },
  overloaded: { status: 429, openaiType: 'rate_limit_error', next: 'stop' },
  cancelled: { status: 499, openaiType: 'invalid_request_error', next: 'stop' },
  not_ready: { status: 503, openaiType: 'server_error', next: 'stop' },
  deadline_exceeded: { status: 504, openaiType: 'server_error', next: 'stop' },
  cost_cap_reached: { status: 402, openaiType: 'insufficient_quota', next: 'stop' },
  encryption_failed: { status: 500, openaiType: 'server_error', next: 'stop' },
  /** The key that the content was sealed with was destroyed, with its tenant or its end user. */
  content_erased: { status: 410, openaiType: 'invalid_request_error', next: 'stop' },
  internal_error: { status: 500, openaiType: 'server_error', next: 'stop' },

  /** No deployment of the alias may take the request (policy, modality, capability). */
  no_deployment: { status: 503, openaiType: 'server_error', next: 'stop' },
  /** The provider judged the request itself: its 400, 413, 422, or a refusal of the content. Passed on with its words. */
  provider_rejected: { status: 400, openaiType: 'invalid_request_error', next: 'stop' },
  /** This model or its wire cannot do what the request asks for, so nothing was sent; another deployment may. */
  not_supported: { status: 400, openaiType: 'invalid_request_error', next: 'skip' },
  /** Our key at the provider is missing, wrong or not allowed (its 401, 402, 403). */
  provider_auth: { status: 502, openaiType: 'provider_error', next: 'skip' },
  /** The provider does not know the model (its 404). */
  provider_model_missing: { status: 502, openaiType: 'provider_error', next: 'skip' },
  provider_rate_limited: { status: 429, openaiType: 'rate_limit_error', next: 'failover' },
  /** The provider answered 5xx, 408, 409 or 425. */
  provider_unavailable: { status: 502, openaiType: 'provider_error', next: 'failover' },
  /** DNS, TCP, TLS or a reset before any byte of the answer. */
  provider_unreachable: { status: 502, openaiType: 'provider_error', next: 'failover' },
  /** No first token, or no end, within the time one try may take. */
  provider_timeout: { status: 502, openaiType: 'provider_error', next: 'failover' },
  /** What came is not the wire it should be: wrong content type, malformed SSE or JSON, an empty answer, too large. */
  provider_protocol: { status: 502, openaiType: 'provider_error', next: 'failover' },
  /** The verifier of a cascade did not take the answer; a larger model is asked. */
  answer_rejected: { status: 502, openaiType: 'provider_error', next: 'skip' },
  /** A second call of the same request answered first, so this one was stopped. */
  overtaken: { status: 500, openaiType: 'server_error', next: 'failover' },
  /** The stream ended or broke before it was finished. */
  provider_interrupted: { status: 502, openaiType: 'provider_error', next: 'failover' },
} as const;

export type GatewayErrorType = keyof typeof gatewayErrors;

/** What travels with an error: all safe to show to the client that owns the request, never content or secrets. */
export interface GatewayErrorInfo {
  type: GatewayErrorType;
  /** What happened and what to do about it. */
  message: string;
  /** Name of the wrong field, as the client wrote it (`messages[0].role`). */
  param?: string;
  /** How long the other side asked us to wait. */
  retryAfterMs?: number;
  /** Status the provider answered, where there was an answer. */
  providerStatus?: number;
}

/** The one error class of the gateway. Workflows see it as an `ApplicationFailure` whose `type` is `info.type`. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly info: GatewayErrorInfo;

  constructor(info: GatewayErrorInfo, options?: ErrorOptions) {
    super(info.message, options);
    this.info = info;
  }

  get type(): GatewayErrorType {
    return this.info.type;
  }
}

/** True where `value` names a member of the union; a failure of any other type is `internal_error`. */
export function isGatewayErrorType(value: unknown): value is GatewayErrorType {
  return typeof value === 'string' && Object.hasOwn(gatewayErrors, value);
}
