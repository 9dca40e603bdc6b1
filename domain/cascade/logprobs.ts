import type { ChatCompletion } from '../chat.ts';

/**
 * Mean natural logarithm of the probabilities the model gave to the tokens it wrote, over all choices: 0 is certain, −1
 * about one in three. Undefined where the provider gave none.
 * Source of the field: OpenAI API reference, "Chat Completions", `choices[].logprobs.content[].logprob`.
 */
export function meanLogprob({ choices }: ChatCompletion): number | undefined {
  const values = choices.flatMap(({ logprobs }) => tokensOf(logprobs));
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function tokensOf(logprobs: unknown): number[] {
  if (typeof logprobs !== 'object' || logprobs === null || !('content' in logprobs)) return [];
  const content: unknown = logprobs.content;
  if (!Array.isArray(content)) return [];
  return content.flatMap((token: unknown) => {
    if (typeof token !== 'object' || token === null || !('logprob' in token)) return [];
    return typeof token.logprob === 'number' && Number.isFinite(token.logprob) ? token.logprob : [];
  });
}
