import { randomUUID } from 'node:crypto';
import type { LanguageModelV4StreamPart, LanguageModelV4ToolCall, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import type { ChatCompletionChunk, ChatDelta } from '../../domain/chat.ts';
import type { ChatCall } from '../contract.ts';
import { finishReasonOf } from './finish-reason.ts';
import { thinkingBlock } from './thinking-blocks.ts';
import { usageOf } from './usage.ts';

/** Turns the parts of one AI SDK stream into OpenAI chunks. Thinking becomes `reasoning_content`. */
export class PartsToChunks {
  readonly #call: ChatCall;
  #base: Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model'>;
  #roleSent = false;
  /** Of the thinking block that is under way. */
  #reasoning = '';
  /** White space at the end of the prefill. */
  #trimmed: string;
  /** Index of each tool call, and whether any of its arguments were sent. */
  readonly #toolCalls = new Map<string, { index: number; hasArguments: boolean }>();

  constructor(call: ChatCall) {
    this.#call = call;
    this.#trimmed = /\s*$/.exec(call.prefill ?? '')?.[0] ?? '';
    this.#base = {
      id: `chatcmpl-${randomUUID()}`,
      object: 'chat.completion.chunk',
      created: Math.floor(Date.now() / 1000),
      model: call.deployment.model,
    };
  }

  /** Throws the error of an `error` part. Parts OpenAI's wire has no place for (sources, signatures) give no chunk. */
  convert(part: LanguageModelV4StreamPart): ChatCompletionChunk[] {
    switch (part.type) {
      case 'response-metadata':
        this.#base = { ...this.#base, ...(part.id && { id: part.id }), ...(part.modelId && { model: part.modelId }) };
        return [];
      case 'text-delta':
        return this.#text(part.delta);
      case 'reasoning-start':
        this.#reasoning = '';
        return this.#signedThinking(part.providerMetadata);
      case 'reasoning-delta':
        this.#reasoning += part.delta;
        return [
          ...(part.delta === '' ? [] : [this.#delta({ reasoning_content: part.delta })]),
          ...this.#signedThinking(part.providerMetadata),
        ];
      case 'tool-input-start':
        return [this.#beginToolCall(part.id, part.toolName)];
      case 'tool-input-delta':
        return part.delta === '' ? [] : [this.#toolArguments(part.id, part.delta)];
      case 'tool-call':
        return this.#endToolCall(part);
      case 'finish':
        return this.#finish(part);
      case 'error':
        throw part.error;
      default:
        return [];
    }
  }

  /**
   * Anthropic takes no prefill that ends in white space, so the SDK cuts it off and the model says it again: it is
   * left out of what follows, for it was delivered already.
   */
  #text(delta: string): ChatCompletionChunk[] {
    let content = delta;
    while (content !== '' && this.#trimmed !== '' && content[0] === this.#trimmed[0]) {
      content = content.slice(1);
      this.#trimmed = this.#trimmed.slice(1);
    }
    if (content === '') return [];
    this.#trimmed = '';
    return [this.#delta({ content })];
  }

  #signedThinking(metadata: SharedV4ProviderMetadata | undefined): ChatCompletionChunk[] {
    const block = thinkingBlock(this.#reasoning, metadata);
    return block === undefined ? [] : [this.#delta({ thinking_blocks: [block] })];
  }

  #delta(delta: ChatDelta): ChatCompletionChunk {
    const role = this.#roleSent ? {} : { role: 'assistant' };
    this.#roleSent = true;
    return { ...this.#base, choices: [{ index: 0, delta: { ...role, ...delta }, finish_reason: null }] };
  }

  #beginToolCall(id: string, name: string): ChatCompletionChunk {
    const index = this.#toolCalls.size;
    this.#toolCalls.set(id, { index, hasArguments: false });
    return this.#delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
  }

  #toolArguments(id: string, text: string): ChatCompletionChunk {
    const call = this.#toolCalls.get(id) ?? { index: 0, hasArguments: false };
    call.hasArguments = true;
    return this.#delta({ tool_calls: [{ index: call.index, function: { arguments: text } }] });
  }

  /** The whole call, of which the arguments were sent already where the vendor streams them. */
  #endToolCall({ toolCallId, toolName, input }: LanguageModelV4ToolCall): ChatCompletionChunk[] {
    const begun = this.#toolCalls.has(toolCallId) ? [] : [this.#beginToolCall(toolCallId, toolName)];
    if (this.#toolCalls.get(toolCallId)?.hasArguments === true) return begun;
    return [...begun, this.#toolArguments(toolCallId, input === '' ? '{}' : input)];
  }

  #finish(part: Extract<LanguageModelV4StreamPart, { type: 'finish' }>): ChatCompletionChunk[] {
    const reason = finishReasonOf(part.finishReason, this.#call);
    const usage = usageOf(part.usage);
    const end = { ...this.#base, choices: [{ index: 0, delta: {}, finish_reason: reason ?? null }] };
    return [
      ...(reason === undefined ? [] : [end]),
      ...(usage === undefined ? [] : [{ ...this.#base, choices: [], usage }]),
    ];
  }
}
