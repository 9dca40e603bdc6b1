import { costMicroUsd } from '../../../../domain/cost.ts';
import { usageOf } from '../../../../providers/ai-sdk/usage.ts';

const output = { total: 10, text: 6, reasoning: 4 };

it('carries what was read from and written to the cache of the vendor, and what was thought', () => {
  const usage = usageOf({
    inputTokens: { total: 100, noCache: 20, cacheRead: 50, cacheWrite: 30 },
    outputTokens: output,
  });
  expect(usage).toEqual({
    prompt_tokens: 100,
    completion_tokens: 10,
    total_tokens: 110,
    prompt_tokens_details: { cached_tokens: 50, cache_write_tokens: 30 },
    completion_tokens_details: { reasoning_tokens: 4 },
  });
  const price = {
    inputUsdPerMTok: 10,
    outputUsdPerMTok: 100,
    cachedInputUsdPerMTok: 1,
    cacheWriteUsdPerMTok: 12,
    reasoningUsdPerMTok: 200,
  };
  expect(usage && costMicroUsd(usage, price)).toBe(20 * 10 + 50 * 1 + 30 * 12 + 6 * 100 + 4 * 200);
});

it('is unknown where the vendor counted nothing', () => {
  const inputTokens = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
  expect(usageOf({ inputTokens, outputTokens: output })).toBeUndefined();
});
