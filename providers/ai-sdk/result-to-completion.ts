import { randomUUID } from 'node:crypto';
import type { LanguageModelV4Content, LanguageModelV4GenerateResult } from '@ai-sdk/provider';
import type { ChatCompletion } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ChatCall } from '../contract.ts';
import { finishReasonOf } from './finish-reason.ts';
import { thinkingBlock } from './thinking-blocks.ts';
import { usageOf } from './usage.ts';

/** A whole AI SDK result as an OpenAI completion. Thinking becomes `reasoning_content`. */
export function resultToCompletion(result: LanguageModelV4GenerateResult, call: ChatCall): ChatCompletion {
  const finishReason = finishReasonOf(result.finishReason, call);
  if (finishReason === undefined) {
    const { name } = call.deployment.provider;
    throw new GatewayError({ type: 'provider_interrupted', message: `${name}: the answer has no finish reason` });
  }
  const toolCalls = result.content
    .filter((part) => part.type === 'tool-call')
    .map(({ toolCallId, toolName, input }) => ({
      id: toolCallId,
      type: 'function',
      function: { name: toolName, arguments: input === '' ? '{}' : input },
    }));
  const text = textOf(result.content, 'text');
  const reasoning = textOf(result.content, 'reasoning');
  const thinkingBlocks = result.content
    .map((part) => (part.type === 'reasoning' ? thinkingBlock(part.text, part.providerMetadata) : undefined))
    .filter((block) => block !== undefined);
  const usage = usageOf(result.usage);
  return {
    id: result.response?.id ?? `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model: result.response?.modelId ?? call.deployment.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && toolCalls.length > 0 ? null : text,
          refusal: null,
          ...(reasoning !== '' && { reasoning_content: reasoning }),
          ...(thinkingBlocks.length > 0 && { thinking_blocks: thinkingBlocks }),
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    ...(usage !== undefined && { usage }),
  };
}

function textOf(content: LanguageModelV4Content[], type: 'text' | 'reasoning'): string {
  return content.map((part) => (part.type === type ? part.text : '')).join('');
}
