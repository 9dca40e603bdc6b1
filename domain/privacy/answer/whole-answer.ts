import type { ChatCompletion, ChatCompletionChoice } from '../../chat.ts';
import type { AnswerText } from './answer-text.ts';

/** True once a term that ends the answer came up; no text follows then. */
export interface Gate {
  stopped: boolean;
}

/** Members that hold bytes, ids or fixed words. */
const opaque = new Set(
  'id type role format object data signature encrypted_content model system_fingerprint service_tier'.split(' '),
);

export function isOpaque(name: string): boolean {
  return opaque.has(name);
}

/** Arguments of a tool call are JSON: what is put into them is escaped. */
export function targetOf(name: string): 'json' | 'text' {
  return name === 'arguments' ? 'json' : 'text';
}

/** Every text of a value as the caller gets it. The value is not changed. */
export function showWhole(value: unknown, name: string, text: AnswerText, gate: Gate): unknown {
  if (typeof value === 'string') {
    if (isOpaque(name)) return value;
    if (gate.stopped) return '';
    const shown = text.whole(value, targetOf(name));
    gate.stopped = shown.stopped;
    return shown.text;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => showWhole(item, name, text, gate));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]): [string, unknown] => [member, showWhole(inner, member, text, gate)]),
  );
}

/**
 * An answer as the caller gets it. Log probabilities are left out: they tell the model's words one by one. Where a term
 * ends a choice, its text stops before it, its tool calls are left out, and it has finished by `content_filter`.
 */
export function showCompletion(completion: ChatCompletion, text: AnswerText): ChatCompletion {
  const { choices, ...about } = completion;
  const aboutShown = showWhole(about, '', text, { stopped: false }) as typeof about;
  return { ...aboutShown, choices: choices.map((choice) => showChoice(choice, text)) };
}

function showChoice(choice: ChatCompletionChoice, text: AnswerText): ChatCompletionChoice {
  const gate: Gate = { stopped: false };
  const { tool_calls: toolCalls, ...message } = choice.message;
  const shown = {
    ...(showWhole(message, '', text, gate) as typeof message),
    ...(toolCalls && { tool_calls: showWhole(toolCalls, '', text, gate) as typeof toolCalls }),
  };
  const withoutLogprobs = { ...choice, ...('logprobs' in choice && { logprobs: null }) };
  if (!gate.stopped) return { ...withoutLogprobs, message: shown };
  const { tool_calls: _incomplete, ...cut } = shown;
  return { ...withoutLogprobs, message: cut, finish_reason: 'content_filter' };
}
