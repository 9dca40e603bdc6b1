import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import type { ChatMessage } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import { isRecord, parseJson, stringAt } from '../json.ts';
import { contentParts, textOf } from './content-parts.ts';
import { reasoningParts } from './thinking-blocks.ts';
import { unsupported, type VendorRules } from './vendor-rules.ts';

/**
 * OpenAI messages as an AI SDK prompt. `prefill` is the beginning of the answer. The `name` of a message and the
 * `reasoning_content` of an earlier answer have no place in it and are left out.
 */
export function messagesToPrompt(messages: ChatMessage[], prefill: string, rules: VendorRules): LanguageModelV4Prompt {
  const toolNames = new Map<string, string>();
  const prompt: LanguageModelV4Prompt = [];
  for (const [index, message] of messages.entries()) {
    const at = `messages[${index}]`;
    const converted = convert(message, at, toolNames, rules);
    const last = prompt.at(-1);
    // Vendors want the results of parallel calls in one turn; OpenAI has a message for each.
    if (last?.role === 'tool' && converted.role === 'tool') last.content.push(...converted.content);
    else prompt.push(converted);
  }
  if (prefill === '') return prompt;
  const last = prompt.at(-1);
  const text: LanguageModelV4TextPart = { type: 'text', text: prefill };
  if (last?.role !== 'assistant') return [...prompt, { role: 'assistant', content: [text] }];
  const lastPart = last.content.at(-1);
  if (lastPart?.type === 'text') lastPart.text += prefill;
  else last.content.push(text);
  return prompt;
}

function convert(
  message: ChatMessage,
  at: string,
  toolNames: Map<string, string>,
  rules: VendorRules,
): LanguageModelV4Message {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: textOf(message.content, `${at}.content`) };
    case 'user':
      return { role: 'user', content: contentParts(message.content, `${at}.content`, rules) };
    case 'assistant': {
      const calls = toolCalls(message, at, rules);
      for (const call of calls) toolNames.set(call.toolCallId, call.toolName);
      const text = textOf(message.content, `${at}.content`);
      const thinking = reasoningParts(message['thinking_blocks']);
      return {
        role: 'assistant',
        content: [...thinking, ...(text === '' ? [] : [{ type: 'text' as const, text }]), ...calls],
      };
    }
    case 'tool':
      return { role: 'tool', content: [toolResult(message, at, toolNames)] };
    default:
      throw unsupported(rules, `${at}.role`, 'messages of the role function; use tool');
  }
}

function toolCalls(message: ChatMessage, at: string, rules: VendorRules): LanguageModelV4ToolCallPart[] {
  const calls = message['tool_calls'];
  if (!Array.isArray(calls)) return [];
  return calls.map((call: unknown, index) => {
    const described = isRecord(call) && isRecord(call['function']) ? call['function'] : undefined;
    if (!isRecord(call) || described === undefined) {
      throw unsupported(rules, `${at}.tool_calls[${index}].type`, 'tool calls other than functions');
    }
    const written = stringAt(described, 'arguments') ?? '';
    const input = written === '' ? {} : parseJson(written);
    if (input === undefined) throw invalid(`${at}.tool_calls[${index}].function.arguments`, 'is not JSON');
    return {
      type: 'tool-call',
      toolCallId: stringAt(call, 'id') ?? '',
      toolName: stringAt(described, 'name') ?? '',
      input,
    };
  });
}

function toolResult(message: ChatMessage, at: string, toolNames: Map<string, string>): LanguageModelV4ToolResultPart {
  const toolCallId = stringAt(message, 'tool_call_id') ?? '';
  const toolName = toolNames.get(toolCallId);
  if (toolName === undefined) throw invalid(`${at}.tool_call_id`, 'belongs to no tool call of an earlier message');
  return {
    type: 'tool-result',
    toolCallId,
    toolName,
    output: { type: 'text', value: textOf(message.content, `${at}.content`) },
  };
}

function invalid(param: string, what: string): GatewayError {
  return new GatewayError({ type: 'not_supported', message: `${param} ${what}`, param });
}
