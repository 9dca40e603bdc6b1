import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { ChatUsage } from '../../domain/chat.ts';

/** OpenAI's usage from the SDK's; undefined where the vendor gave none. Cached tokens are part of the prompt's. */
export function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): ChatUsage | undefined {
  if (inputTokens.total === undefined || outputTokens.total === undefined) return undefined;
  return {
    prompt_tokens: inputTokens.total,
    completion_tokens: outputTokens.total,
    total_tokens: inputTokens.total + outputTokens.total,
    ...(inputTokens.cacheRead !== undefined && { prompt_tokens_details: { cached_tokens: inputTokens.cacheRead } }),
    ...(outputTokens.reasoning !== undefined && {
      completion_tokens_details: { reasoning_tokens: outputTokens.reasoning },
    }),
  };
}
