import type { ChatCompletionRequest } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import { isRecord } from '../json.ts';

/** What a vendor's wire cannot carry of an OpenAI request. */
export interface VendorRules {
  /** As users know the vendor. */
  vendor: string;
  /** Continues a last assistant message. */
  prefill: boolean;
  /** Fields that it does not know and that would change the answer. */
  refused: ReadonlySet<string>;
  /** Takes `response_format: {"type":"json_object"}`; others need a schema. */
  jsonWithoutSchema: boolean;
  maxTemperature: number;
}

/** Translated by `requestToCallOptions`. */
const translated = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'presence_penalty',
  'frequency_penalty',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
]);

/** Ignored: they steer OpenAI's billing, caching, storage and abuse tracking, or are wishes, and change no answer's meaning. */
const ignored = new Set([
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'store',
  'metadata',
  'service_tier',
  'prediction',
  'verbosity',
]);

/**
 * Throws `invalid_request` with the field's name for everything the vendor cannot do, instead of dropping it silently.
 * Fields at the value they have anyway (`n: 1`, `logprobs: false`, `logit_bias: {}`) pass.
 */
export function assertSupported(body: ChatCompletionRequest, rules: VendorRules): void {
  for (const [field, value] of Object.entries(body)) {
    if (ignored.has(field) || isNeutral(field, value)) continue;
    if (!translated.has(field) || rules.refused.has(field)) throw unsupported(rules, field);
  }
  if (typeof body['temperature'] === 'number' && body['temperature'] > rules.maxTemperature) {
    throw unsupported(rules, 'temperature', `a temperature above ${rules.maxTemperature}`);
  }
  const format = body['response_format'];
  if (isRecord(format) && format['type'] === 'json_object' && !rules.jsonWithoutSchema) {
    throw unsupported(rules, 'response_format', 'json_object; give a json_schema');
  }
}

/** The error for a field, or a value of it, that a vendor's wire cannot carry. */
export function unsupported({ vendor }: Pick<VendorRules, 'vendor'>, param: string, what = param): GatewayError {
  return new GatewayError({
    type: 'not_supported',
    message: `${vendor} does not support ${what}; leave it out or choose another model`,
    param,
  });
}

function isNeutral(field: string, value: unknown): boolean {
  if (value === null || value === undefined || value === false)
    return field !== 'parallel_tool_calls' || value !== false;
  if (field === 'n') return value === 1;
  if (field === 'parallel_tool_calls') return value === true;
  if (field === 'modalities') return Array.isArray(value) && value.every((modality) => modality === 'text');
  if (field.endsWith('_penalty') || field === 'top_logprobs') return value === 0;
  return field === 'logit_bias' && isRecord(value) && Object.keys(value).length === 0;
}
