import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { ChatUsage } from '../../domain/chat.ts';

/**
 * OpenAI's usage from the SDK's; undefined where the vendor gave none. Tokens read from and written to the vendor's cache
 * are part of the prompt's.
 */
export function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): ChatUsage | undefined {
  if (inputTokens.total === undefined || outputTokens.total === undefined) return undefined;
  const { cacheRead, cacheWrite } = inputTokens;
  return {
    prompt_tokens: inputTokens.total,
    completion_tokens: outputTokens.total,
    total_tokens: inputTokens.total + outputTokens.total,
    ...((cacheRead !== undefined || cacheWrite) && {
      prompt_tokens_details: {
        ...(cacheRead !== undefined && { cached_tokens: cacheRead }),
        // No field of OpenAI's: only where there is something to say.
        ...(cacheWrite && { cache_write_tokens: cacheWrite }),
      },
    }),
    ...(outputTokens.reasoning !== undefined && {
      completion_tokens_details: { reasoning_tokens: outputTokens.reasoning },
    }),
  };
}
