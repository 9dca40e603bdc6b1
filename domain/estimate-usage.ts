import type { ChatCompletionRequest, ChatUsage } from './chat.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { inputTokensOf } from './routing/request-features.ts';

/** Usage of a call whose provider gave none (it was cut off, or does not count), estimated from the texts. */
export function estimateUsage(body: ChatCompletionRequest, answerText: string): ChatUsage {
  const prompt = inputTokensOf(body);
  const completion = estimateTokens(answerText);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
