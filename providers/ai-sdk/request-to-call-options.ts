import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { GatewayError } from '../../domain/errors.ts';
import { cannotContinue } from '../cannot-continue.ts';
import type { ChatCall } from '../contract.ts';
import { isRecord, stringAt } from '../json.ts';
import { messagesToPrompt } from './messages-to-prompt.ts';
import { assertSupported, unsupported, type VendorRules } from './vendor-rules.ts';

/**
 * An OpenAI request as options of an AI SDK model. Throws `invalid_request` with the field's name for what is malformed
 * or what the vendor cannot do.
 */
export function requestToCallOptions(call: ChatCall, rules: VendorRules): LanguageModelV4CallOptions {
  const { body } = call;
  assertSupported(body, rules);
  if (call.prefill !== undefined && call.prefill !== '' && !rules.prefill) throw cannotContinue(call);
  const tools = body.tools?.map((tool, index) => functionTool(tool, index, rules));
  return {
    prompt: messagesToPrompt(body.messages, call.prefill ?? '', rules),
    ...defined({
      maxOutputTokens: body.max_completion_tokens ?? body.max_tokens,
      temperature: numberAt(body, 'temperature'),
      topP: numberAt(body, 'top_p'),
      topK: numberAt(body, 'top_k'),
      seed: numberAt(body, 'seed'),
      presencePenalty: numberAt(body, 'presence_penalty') || undefined,
      frequencyPenalty: numberAt(body, 'frequency_penalty') || undefined,
      stopSequences: stopSequences(body['stop']),
      responseFormat: responseFormat(body['response_format'], rules),
      reasoning: reasoning(body['reasoning_effort']),
      tools,
      toolChoice: tools && toolChoice(body['tool_choice'], rules),
      // Read by Anthropic's model only; other vendors refuse the field.
      providerOptions:
        body['parallel_tool_calls'] === false ? { anthropic: { disableParallelToolUse: true } } : undefined,
    }),
    headers: { ...call.traceHeaders },
    abortSignal: call.signal,
  };
}

function functionTool(tool: unknown, index: number, rules: VendorRules): LanguageModelV4FunctionTool {
  const described = isRecord(tool) && tool['type'] === 'function' ? tool['function'] : undefined;
  if (!isRecord(described)) throw unsupported(rules, `tools[${index}].type`, 'tools other than functions');
  const name = stringAt(described, 'name');
  if (name === undefined) throw invalid(`tools[${index}].function.name`, 'is missing');
  const description = stringAt(described, 'description');
  const parameters = described['parameters'];
  return {
    type: 'function',
    name,
    inputSchema: isRecord(parameters) ? parameters : { type: 'object', properties: {} },
    ...(description !== undefined && { description }),
    ...(typeof described['strict'] === 'boolean' && { strict: described['strict'] }),
  };
}

function toolChoice(choice: unknown, rules: VendorRules): LanguageModelV4CallOptions['toolChoice'] {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  const named = isRecord(choice) && isRecord(choice['function']) ? stringAt(choice['function'], 'name') : undefined;
  if (named === undefined) throw unsupported(rules, 'tool_choice', 'this tool_choice');
  return { type: 'tool', toolName: named };
}

function responseFormat(format: unknown, rules: VendorRules): LanguageModelV4CallOptions['responseFormat'] {
  if (format === undefined || format === null) return undefined;
  const type = isRecord(format) ? format['type'] : undefined;
  if (type === 'text') return { type };
  if (type === 'json_object') return { type: 'json' };
  const described = isRecord(format) && type === 'json_schema' ? format['json_schema'] : undefined;
  if (!isRecord(described)) throw unsupported(rules, 'response_format', 'this response_format');
  const schema = described['schema'];
  if (!isRecord(schema)) throw invalid('response_format.json_schema.schema', 'is missing');
  const name = stringAt(described, 'name');
  const description = stringAt(described, 'description');
  return { type: 'json', schema, ...defined({ name, description }) };
}

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

function reasoning(effort: unknown): LanguageModelV4CallOptions['reasoning'] {
  if (effort === undefined || effort === null) return undefined;
  const known = efforts.find((one) => one === effort);
  if (known === undefined) throw invalid('reasoning_effort', `is none of ${efforts.join(', ')}`);
  return known;
}

function stopSequences(stop: unknown): string[] | undefined {
  if (stop === undefined || stop === null) return undefined;
  const sequences: unknown[] = Array.isArray(stop) ? stop : [stop];
  if (!sequences.every((sequence) => typeof sequence === 'string')) throw invalid('stop', 'is not text');
  return sequences;
}

function numberAt(body: ChatCall['body'], field: string): number | undefined {
  const value = body[field] ?? undefined;
  if (value !== undefined && typeof value !== 'number') throw invalid(field, 'is not a number');
  return value;
}

/** Without the fields that are undefined or null. */
function defined<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the keys it was given
  return Object.fromEntries(entries) as { [K in keyof T]?: NonNullable<T[K]> };
}

function invalid(param: string, what: string): GatewayError {
  return new GatewayError({ type: 'not_supported', message: `${param} ${what}`, param });
}
