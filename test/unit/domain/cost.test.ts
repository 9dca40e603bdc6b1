import type { ChatUsage } from '../../../domain/chat.ts';
import { costMicroUsd, mediaCostMicroUsd, worstCaseCostMicroUsd } from '../../../domain/cost.ts';
import type { Price } from '../../../domain/deployment.ts';

function usage(input: number, output: number, details: Partial<ChatUsage> = {}): ChatUsage {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, ...details };
}

const small: Price = { inputUsdPerMTok: 0.15, outputUsdPerMTok: 0.6, cachedInputUsdPerMTok: 0.075 };

describe('costMicroUsd', () => {
  it('charges USD per million tokens as micro-USD per token', () => {
    expect(costMicroUsd(usage(1_000_000, 1_000_000), small)).toBe(750_000);
  });

  it('rounds a part of a micro-USD up, and nothing to nothing', () => {
    expect(costMicroUsd(usage(1, 0), small)).toBe(1);
    expect(costMicroUsd(usage(0, 0), small)).toBe(0);
  });

  it('does not round an exact amount up because of binary fractions', () => {
    // 0.1 + 0.2 and 3 * 0.1 are above 0.3 in floating point.
    expect(costMicroUsd(usage(10, 10), { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.2 })).toBe(3);
    expect(costMicroUsd(usage(1_100, 0), { inputUsdPerMTok: 0.07, outputUsdPerMTok: 0 })).toBe(77);
  });

  it.each([0.01, 0.0375, 0.07, 0.1, 0.14, 0.29, 0.55, 1.1, 2.19, 4.35])(
    'agrees with decimal arithmetic at %d USD per million tokens',
    (rate) => {
      const tenThousandths = BigInt(rate.toFixed(4).replace('.', ''));
      for (let tokens = 0; tokens <= 20_000; tokens += 37) {
        const exact = (BigInt(tokens) * tenThousandths + 9_999n) / 10_000n;
        expect(costMicroUsd(usage(tokens, 0), { inputUsdPerMTok: rate, outputUsdPerMTok: 0 })).toBe(Number(exact));
      }
    },
  );

  it('stays exact where a product leaves the safe integers', () => {
    expect(costMicroUsd(usage(900_000_001, 0), { inputUsdPerMTok: 1234.567891, outputUsdPerMTok: 0 })).toBe(
      1_111_111_103_135,
    );
  });

  it('charges cached tokens at their own rate, as a part of the input', () => {
    expect(costMicroUsd(usage(1_000, 0, { prompt_tokens_details: { cached_tokens: 800 } }), small)).toBe(30 + 60);
  });

  it('charges cached tokens as input where the provider gives no discount', () => {
    const price: Price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
    expect(costMicroUsd(usage(10, 0, { prompt_tokens_details: { cached_tokens: 4 } }), price)).toBe(10);
  });

  it('charges cache writes, audio, pictures and reasoning at their own rates', () => {
    const price: Price = {
      inputUsdPerMTok: 1,
      outputUsdPerMTok: 10,
      cacheWriteUsdPerMTok: 2,
      audioInputUsdPerMTok: 4,
      imageInputUsdPerMTok: 8,
      reasoningUsdPerMTok: 20,
      audioOutputUsdPerMTok: 40,
      imageOutputUsdPerMTok: 80,
    };
    const all = usage(1_111, 1_111, {
      prompt_tokens_details: { cache_write_tokens: 1_000, audio_tokens: 100, image_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 1_000, audio_tokens: 100, image_tokens: 10 },
    });
    expect(costMicroUsd(all, price)).toBe(2_000 + 400 + 80 + 1 + (20_000 + 4_000 + 800 + 10));
  });

  it('charges the whole request at the long-context rates once its input is above the mark', () => {
    const price: Price = {
      inputUsdPerMTok: 1,
      outputUsdPerMTok: 10,
      longContext: [
        { aboveInputTokens: 200_000, inputUsdPerMTok: 2, outputUsdPerMTok: 15 },
        { aboveInputTokens: 500_000, inputUsdPerMTok: 3, outputUsdPerMTok: 20 },
      ],
    };
    expect(costMicroUsd(usage(200_000, 1), price)).toBe(200_010);
    expect(costMicroUsd(usage(200_001, 1), price)).toBe(400_017);
    expect(costMicroUsd(usage(500_001, 1), price)).toBe(1_500_023);
  });

  it('never bills more parts than there are tokens, nor refunds, whatever a provider reports', () => {
    expect(costMicroUsd(usage(10, 0, { prompt_tokens_details: { cached_tokens: 1_000 } }), small)).toBe(1);
    expect(costMicroUsd(usage(-5, Number.NaN), small)).toBe(0);
    expect(costMicroUsd(usage(100, 0, { prompt_tokens_details: { cached_tokens: -100 } }), small)).toBe(15);
  });
});

describe('mediaCostMicroUsd', () => {
  it('charges pictures by the piece, sound by the millisecond and speech by the character', () => {
    const price: Price = {
      inputUsdPerMTok: 0,
      outputUsdPerMTok: 0,
      imageUsd: 0.04,
      audioUsdPerMinute: 0.006,
      speechUsdPerMChar: 15,
    };
    expect(mediaCostMicroUsd({ images: 2 }, price)).toBe(80_000);
    expect(mediaCostMicroUsd({ audioMs: 60_000 }, price)).toBe(6_000);
    expect(mediaCostMicroUsd({ audioMs: 1 }, price)).toBe(1);
    expect(mediaCostMicroUsd({ characters: 3 }, price)).toBe(45);
    expect(mediaCostMicroUsd({}, price)).toBe(0);
  });
});

describe('worstCaseCostMicroUsd', () => {
  it('pays the input once and the output for each choice', () => {
    expect(
      worstCaseCostMicroUsd(
        { inputTokens: 100, outputTokens: 10, choices: 3 },
        { inputUsdPerMTok: 1, outputUsdPerMTok: 5 },
      ),
    ).toBe(250);
  });

  it('covers every usage within its bound', () => {
    const price: Price = {
      inputUsdPerMTok: 1.25,
      outputUsdPerMTok: 10,
      cachedInputUsdPerMTok: 0.125,
      cacheWriteUsdPerMTok: 1.5625,
      reasoningUsdPerMTok: 12,
      audioInputUsdPerMTok: 32,
      audioOutputUsdPerMTok: 64,
      longContext: [{ aboveInputTokens: 500, inputUsdPerMTok: 2.5, outputUsdPerMTok: 9, reasoningUsdPerMTok: 13 }],
    };
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 2_000; round++) {
      const bound = { inputTokens: random(1_000), outputTokens: random(1_000), audio: true };
      const used = usage(random(bound.inputTokens + 1), random(bound.outputTokens + 1), {
        prompt_tokens_details: {
          cached_tokens: random(500),
          cache_write_tokens: random(500),
          audio_tokens: random(500),
        },
        completion_tokens_details: { reasoning_tokens: random(500), audio_tokens: random(500) },
      });
      expect(costMicroUsd(used, price)).toBeLessThanOrEqual(worstCaseCostMicroUsd(bound, price));
    }
  });
});
