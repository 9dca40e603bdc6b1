import type { ChatCompletionRequest, ChatMessage } from '../../domain/chat.ts';
import type { ChatCall } from '../contract.ts';
import { cannotContinue } from '../cannot-continue.ts';

/** How a server is told to continue a last assistant message instead of answering it. */
export type PrefillDialect = 'last-assistant-message' | 'continue-final-message' | 'none';

/**
 * The client's body with the provider's model name in it. For a stream usage is asked for, because no chunk carries it
 * otherwise; all other fields stay as they are, known or not.
 */
export function requestBody(call: ChatCall, stream: boolean, dialect: PrefillDialect): ChatCompletionRequest {
  const { stream_options: streamOptions, ...rest } = call.body;
  const body: ChatCompletionRequest = { ...rest, model: call.deployment.model, stream };
  if (stream) body.stream_options = { ...streamOptions, include_usage: true };
  if (call.prefill === undefined || call.prefill === '') return body;
  if (dialect === 'none') throw cannotContinue(call);
  return {
    ...body,
    messages: withPrefill(body.messages, call.prefill),
    ...(dialect === 'continue-final-message' && { continue_final_message: true, add_generation_prompt: false }),
  };
}

/** A client's own last assistant message is lengthened: two in a row would be answered, not continued. */
function withPrefill(messages: ChatMessage[], prefill: string): ChatMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || typeof last.content !== 'string') {
    return [...messages, { role: 'assistant', content: prefill }];
  }
  return [...messages.slice(0, -1), { ...last, content: last.content + prefill }];
}
