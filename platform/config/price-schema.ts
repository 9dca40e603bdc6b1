import { z } from 'zod';
import type { Price, TokenRates } from '../../domain/deployment.ts';

const usd = z.number().nonnegative().max(1_000_000);

const tokenRates = {
  inputUsdPerMTok: usd,
  outputUsdPerMTok: usd,
  cachedInputUsdPerMTok: usd.exactOptional(),
  cacheWriteUsdPerMTok: usd.exactOptional(),
  reasoningUsdPerMTok: usd.exactOptional(),
} satisfies Record<keyof TokenRates, z.ZodType>;

const longContextTier = z.strictObject({ ...tokenRates, aboveInputTokens: z.number().int().positive() });

/** `price` of a deployment: what overrules the catalogue, as a whole. */
export const priceSchema: z.ZodType<Price, Price> = z.strictObject({
  ...tokenRates,
  audioInputUsdPerMTok: usd.exactOptional(),
  audioOutputUsdPerMTok: usd.exactOptional(),
  imageInputUsdPerMTok: usd.exactOptional(),
  imageOutputUsdPerMTok: usd.exactOptional(),
  imageUsd: usd.exactOptional(),
  audioUsdPerMinute: usd.exactOptional(),
  speechUsdPerMChar: usd.exactOptional(),
  longContext: z
    .array(longContextTier)
    .readonly()
    .refine(
      (tiers) => tiers.every((tier, index) => tier.aboveInputTokens > (tiers[index - 1]?.aboveInputTokens ?? 0)),
      {
        error: 'must rise in aboveInputTokens',
      },
    )
    .exactOptional(),
});
