import type { LanguageModelV4ReasoningPart, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { isRecord, stringAt } from '../json.ts';

/**
 * Signed thinking of Anthropic's models. With thinking on, a turn that calls a tool must come back with its thinking
 * and signature, or Anthropic refuses the next one; OpenAI's wire has no place for them, so messages carry them in a
 * field of their own, in Anthropic's words. Clients that send a message back as they got it need do nothing.
 */
export type ThinkingBlock =
  { type: 'thinking'; thinking: string; signature: string } | { type: 'redacted_thinking'; data: string };

/** The block that a reasoning part stands for; undefined where it has no signature. */
export function thinkingBlock(text: string, metadata: SharedV4ProviderMetadata | undefined): ThinkingBlock | undefined {
  const { signature, redactedData } = metadata?.['anthropic'] ?? {};
  if (typeof signature === 'string') return { type: 'thinking', thinking: text, signature };
  return typeof redactedData === 'string' ? { type: 'redacted_thinking', data: redactedData } : undefined;
}

/** The `thinking_blocks` of an assistant message, as parts of a prompt. */
export function reasoningParts(blocks: unknown): LanguageModelV4ReasoningPart[] {
  if (!Array.isArray(blocks)) return [];
  return blocks.filter(isRecord).flatMap((block): LanguageModelV4ReasoningPart[] => {
    const signature = stringAt(block, 'signature');
    const redactedData = stringAt(block, 'data');
    const text = stringAt(block, 'thinking') ?? '';
    if (signature !== undefined) return [{ type: 'reasoning', text, providerOptions: { anthropic: { signature } } }];
    if (redactedData === undefined) return [];
    return [{ type: 'reasoning', text, providerOptions: { anthropic: { redactedData } } }];
  });
}
