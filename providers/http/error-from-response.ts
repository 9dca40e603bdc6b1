import type { IncomingHttpHeaders } from 'node:http';
import type { Provider } from '../../domain/deployment.ts';
import { GatewayError, type GatewayErrorType } from '../../domain/errors.ts';
import { parseJson } from '../json.ts';
import { errorPayload, type ErrorPayload } from './error-payload.ts';
import { retryAfterMs } from './retry-after.ts';
import { scrub } from './scrub.ts';

interface ErrorResponse {
  provider: Provider;
  status: number;
  headers: IncomingHttpHeaders;
  bodyText: string;
}

/** What a provider's answer other than 2xx means for the request. */
export function errorFromResponse({ provider, status, headers, bodyText }: ErrorResponse): GatewayError {
  const payload = errorPayload(parseJson(bodyText));
  return describe(provider, status, payload, retryAfterMs(headers, Date.now()));
}

/**
 * What an error inside a 2xx answer means (an event within a stream, or `{"error":…}` with status 200): the status is
 * the one in the payload, else the one its words stand for, else 500.
 */
export function errorFromPayload(provider: Provider, value: unknown): GatewayError {
  const payload = errorPayload(value);
  return describe(provider, payload.status ?? statusOfWords(payload.words) ?? 500, payload, undefined);
}

function describe(provider: Provider, status: number, payload: ErrorPayload, headerWaitMs?: number): GatewayError {
  const type = errorTypeOf(status, payload);
  const said = payload.message === undefined ? '' : `: ${scrub(payload.message, provider)}`;
  const wait = headerWaitMs ?? payload.retryAfterMs;
  return new GatewayError({
    type,
    message: `${provider.name} answered ${status}${advice[type] ?? ''}${said}`,
    providerStatus: status,
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

const advice: Partial<Record<GatewayErrorType, string>> = {
  provider_auth: ' (its key is missing, wrong, not allowed or not paid for)',
  provider_model_missing: ' (check the model name of the deployment and the baseUrl of its provider)',
  provider_protocol: ' (not an answer of a model server; check the baseUrl)',
};

/** The one table from a provider's status and words to the gateway's error. */
function errorTypeOf(status: number, { words, message }: ErrorPayload): GatewayErrorType {
  if (words.some((word) => refusalWords.has(word))) return 'provider_rejected';
  // Waiting or another request does not fill an account or repair a key, whatever status says so.
  if (words.some((word) => accountWords.has(word))) return 'provider_auth';
  if (status === 400 && message?.includes('credit balance is too low') === true) return 'provider_auth';
  switch (status) {
    case 401:
    case 402:
    case 403:
      return 'provider_auth';
    case 404:
      return 'provider_model_missing';
    case 408:
    case 409:
    case 425:
      return 'provider_unavailable';
    case 429:
      return 'provider_rate_limited';
    default:
      if (status >= 500) return 'provider_unavailable';
      return status >= 400 ? 'provider_rejected' : 'provider_protocol';
  }
}

const refusalWords = new Set(['content_policy_violation', 'content_filter', 'moderation_blocked']);
const accountWords = new Set(['insufficient_quota', 'API_KEY_INVALID', 'invalid_api_key', 'billing_error']);

/** Error types of Anthropic ("Errors"), OpenAI and google.rpc.Code, as the HTTP status they stand for. */
function statusOfWords(words: string[]): number | undefined {
  return words.map((word) => wordStatus[word]).find((status) => status !== undefined);
}

const wordStatus: Record<string, number> = {
  invalid_request_error: 400,
  INVALID_ARGUMENT: 400,
  BadRequestError: 400,
  context_length_exceeded: 400,
  exceed_context_size_error: 400,
  authentication_error: 401,
  UNAUTHENTICATED: 401,
  billing_error: 402,
  permission_error: 403,
  PERMISSION_DENIED: 403,
  not_found_error: 404,
  NOT_FOUND: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
  overloaded_error: 529,
};
