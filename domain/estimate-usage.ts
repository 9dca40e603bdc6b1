import type { ChatCompletionRequest, ChatUsage } from './chat.ts';

const cjk = /[\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]/gu;

/** About how many tokens a text is: a quarter of its characters, and one for each CJK character. */
export function estimateTokens(text: string): number {
  const cjkCount = text.match(cjk)?.length ?? 0;
  return Math.ceil((text.length - cjkCount) / 4) + cjkCount;
}

/** Usage of a call whose provider gave none (it was cut off, or does not count), estimated from the texts. */
export function estimateUsage(body: ChatCompletionRequest, answerText: string): ChatUsage {
  const prompt = estimateTokens(JSON.stringify(body.messages));
  const completion = estimateTokens(answerText);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
