import { z } from 'zod';
import { boundedArray, boundedRecord } from '../http/bounded-schemas.ts';
import { gatewayOptions } from '../gateway/options-schema.ts';
import { chatMessages } from './chat-message-schema.ts';
import { functionCall, functions, toolChoice, tools } from './chat-tool-schema.ts';

const penalty = z.number().min(-2).max(2).nullish();
const positiveInt = z.int().min(1).nullish();

const responseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string().regex(/^[\w-]{1,64}$/),
      description: z.string().optional(),
      schema: z.record(z.string(), z.unknown()).optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

/**
 * Body of `POST /v1/chat/completions`: lenient with unknown fields (kept and forwarded), exact with known ones.
 * Source: OpenAI API reference, "Create chat completion"; `gateway` is our own.
 */
export const chatRequestBody = z
  .looseObject({
    model: z.string().min(1).max(256),
    messages: chatMessages,
    audio: z.looseObject({ format: z.string(), voice: z.unknown() }).nullish(),
    frequency_penalty: penalty,
    function_call: functionCall.nullish(),
    functions: functions.nullish(),
    logit_bias: boundedRecord(z.string(), z.number().min(-100).max(100), 10_000).nullish(),
    logprobs: z.boolean().nullish(),
    max_completion_tokens: positiveInt,
    max_tokens: positiveInt,
    metadata: boundedRecord(z.string().max(64), z.string().max(512), 16).nullish(),
    modalities: z
      .array(z.enum(['text', 'audio']))
      .max(2)
      .nullish(),
    n: z.int().min(1).max(128).nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    prediction: z.looseObject({ type: z.literal('content'), content: z.unknown() }).nullish(),
    presence_penalty: penalty,
    prompt_cache_key: z.string().nullish(),
    reasoning_effort: z.string().max(64).nullish(),
    response_format: responseFormat.nullish(),
    safety_identifier: z.string().nullish(),
    seed: z.int().nullish(),
    service_tier: z.string().max(64).nullish(),
    stop: z.union([z.string(), boundedArray(z.string(), 0, 4)]).nullish(),
    store: z.boolean().nullish(),
    stream: z.boolean().nullish(),
    stream_options: z
      .looseObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
      .nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    tool_choice: toolChoice.nullish(),
    tools: tools.nullish(),
    top_logprobs: z.int().min(0).max(20).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    user: z.string().nullish(),
    verbosity: z.string().max(64).nullish(),
    gateway: gatewayOptions.nullish(),
  })
  .refine((body) => (body.top_logprobs ?? undefined) === undefined || body.logprobs === true, {
    path: ['top_logprobs'],
    error: 'needs logprobs to be true',
  })
  .refine((body) => (body.stream_options ?? undefined) === undefined || body.stream === true, {
    path: ['stream_options'],
    error: 'is taken only where stream is true',
  });
