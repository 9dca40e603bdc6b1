import type { ChatCompletion, ChatCompletionChoice, ChatCompletionRequest, ChatToolCall } from '../chat.ts';
import { declines, doubtsItself } from './evasive-phrases.ts';
import { hasShape } from './json-schema.ts';

/** What can be seen of an answer without asking anybody, cheapest first. */
export const answerChecks = ['empty', 'truncated', 'refusal', 'uncertain', 'json', 'tool_call', 'repetition'] as const;
export type AnswerCheck = (typeof answerChecks)[number];

type Check = (choice: ChatCompletionChoice, body: ChatCompletionRequest, answer: ChatCompletion) => boolean;

/** Why each check turns an answer down; safe to show, it holds nothing of the answer. */
const reasons: Record<AnswerCheck, string> = {
  empty: 'the answer says nothing',
  truncated: 'the answer was cut off by its length',
  refusal: 'the answer declines the request',
  uncertain: 'the answer says that it does not know',
  json: 'the answer is not the JSON that was asked for',
  tool_call: 'a tool call is missing or malformed',
  repetition: 'the answer repeats itself',
};

const failing: Record<AnswerCheck, Check> = {
  empty: ({ message }) => textOf(message.content).trim() === '' && !message.tool_calls?.length && !message.refusal,
  truncated: ({ finish_reason: reason }, body, answer) => reason === 'length' && !reachedOwnLimit(body, answer),
  refusal: ({ finish_reason: reason, message }) =>
    reason === 'content_filter' || Boolean(message.refusal) || declines(textOf(message.content)),
  uncertain: ({ message }) => doubtsItself(textOf(message.content)),
  json: ({ message }, body) => !message.tool_calls?.length && !isWantedJson(textOf(message.content), body),
  tool_call: (choice, body) => !hasWantedToolCalls(choice, body),
  repetition: ({ message }) => repeatsItself(textOf(message.content)),
};

/** The first of `checks` that some choice of the answer fails. */
export function failedCheck(
  body: ChatCompletionRequest,
  answer: ChatCompletion,
  checks: readonly AnswerCheck[],
): { check: AnswerCheck; reason: string } | undefined {
  if (answer.choices.length === 0) return { check: 'empty', reason: reasons.empty };
  const check = checks.find((name) => answer.choices.some((choice) => failing[name](choice, body, answer)));
  return check && { check, reason: reasons[check] };
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : '';
}

/** A dearer model would be cut off at the client's own limit too. */
function reachedOwnLimit(body: ChatCompletionRequest, { usage, choices }: ChatCompletion): boolean {
  const limit = body.max_completion_tokens ?? body.max_tokens;
  if (limit == null) return false;
  return usage === undefined || usage.completion_tokens >= limit * Math.max(1, choices.length);
}

function isWantedJson(text: string, body: ChatCompletionRequest): boolean {
  const format = body['response_format'];
  if (!isObject(format) || (format['type'] !== 'json_object' && format['type'] !== 'json_schema')) return true;
  const value = parsed(text);
  if (value === undefined) return false;
  if (format['type'] === 'json_object') return isObject(value);
  const wanted = format['json_schema'];
  return hasShape(value, isObject(wanted) ? wanted['schema'] : true);
}

function hasWantedToolCalls(
  { message, finish_reason: reason }: ChatCompletionChoice,
  body: ChatCompletionRequest,
): boolean {
  const calls = message.tool_calls ?? [];
  const choice = body['tool_choice'];
  if (calls.length === 0) return choice !== 'required' && !isObject(choice) && reason !== 'tool_calls';
  const named = isObject(choice) && isObject(choice['function']) ? choice['function']['name'] : undefined;
  if (typeof named === 'string' && !calls.some((call) => call.function?.name === named)) return false;
  const functions = (body.tools ?? []).map((tool) => (isObject(tool) ? tool['function'] : undefined)).filter(isObject);
  return calls.every((call) => call.type !== 'function' || isWellFormed(call, functions));
}

function isWellFormed({ function: called }: ChatToolCall, functions: readonly Record<string, unknown>[]): boolean {
  const known = functions.find(({ name }) => name === called.name);
  if (functions.length > 0 && !known) return false;
  const input = parsed(called.arguments === '' ? '{}' : called.arguments);
  return isObject(input) && hasShape(input, known?.['parameters']);
}

const shortestRepetition = 60;
/** Below this share of distinct runs of words a text goes in circles; prose stays above 0.9. */
const leastDistinct = 0.35;
const runLength = 4;
const judgedWords = 2_000;

/** Words, and single Chinese or Japanese characters, in runs of four: how many of the runs are new? */
function repeatsItself(text: string): boolean {
  const words = text.match(/[\u3040-\u30ff\u3400-\u9fff]|[\p{L}\p{N}]+/gu)?.slice(-judgedWords) ?? [];
  if (words.length < shortestRepetition) return false;
  const runs = Array.from({ length: words.length - runLength + 1 }, (_, at) =>
    words.slice(at, at + runLength).join(' '),
  );
  return new Set(runs).size / runs.length < leastDistinct;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
