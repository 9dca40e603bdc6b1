import { readFileSync } from 'node:fs';
import { costMicroUsd } from '../../../../domain/cost.ts';
import { catalogueEntry, type Catalogue } from '../../../../domain/routing/catalogue.ts';

const catalogue: Catalogue = JSON.parse(
  readFileSync(new URL('../../../../config/catalogue/models.json', import.meta.url), 'utf8'),
);
const openai = { kind: 'openai', baseUrl: 'https://api.openai.com/v1' } as const;

describe('catalogueEntry', () => {
  it('knows context, capabilities and the cached price of a vendor model', () => {
    expect(catalogueEntry(catalogue, openai, 'gpt-4o-mini')).toEqual({
      modality: 'chat',
      contextTokens: 128_000,
      maxOutputTokens: 16_384,
      capabilities: ['tools', 'vision', 'json', 'logprobs'],
      price: { inputUsdPerMTok: 0.15, outputUsdPerMTok: 0.6, cachedInputUsdPerMTok: 0.075 },
    });
  });

  it('knows cache writes and long-context rates of Anthropic', () => {
    const anthropic = { kind: 'anthropic', baseUrl: 'https://api.anthropic.com' } as const;
    expect(catalogueEntry(catalogue, anthropic, 'claude-sonnet-4-5')?.price).toMatchObject({
      cacheWriteUsdPerMTok: 3.75,
      longContext: [{ aboveInputTokens: 200_000, inputUsdPerMTok: 6 }],
    });
  });

  it('knows prices of sound, speech and pictures', () => {
    expect(catalogueEntry(catalogue, openai, 'whisper-1')?.price?.audioUsdPerMinute).toBe(0.006);
    expect(catalogueEntry(catalogue, openai, 'tts-1')?.price?.speechUsdPerMChar).toBe(15);
    expect(catalogueEntry(catalogue, openai, 'gpt-image-1')?.price?.imageOutputUsdPerMTok).toBe(40);
  });

  it('finds the vendor of an OpenAI-compatible server by its host', () => {
    const deepseek = { kind: 'openai-compatible', baseUrl: 'https://api.deepseek.com/v1' } as const;
    const qwen = {
      kind: 'openai-compatible',
      baseUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    } as const;
    expect(catalogueEntry(catalogue, deepseek, 'deepseek-chat')?.contextTokens).toBe(131_072);
    expect(catalogueEntry(catalogue, qwen, 'qwen3-max')?.price?.longContext).toHaveLength(2);
  });

  it('gives no vendor price to another server that uses the vendor model name', () => {
    const near = { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1' } as const;
    const lookalike = { kind: 'openai-compatible', baseUrl: 'https://api.openai.com.example.net/v1' } as const;
    expect(catalogueEntry(catalogue, near, 'gpt-4o-mini')).toBeUndefined();
    expect(catalogueEntry(catalogue, lookalike, 'gpt-4o-mini')).toBeUndefined();
    expect(
      catalogueEntry(catalogue, { kind: 'ollama', baseUrl: 'http://127.0.0.1:11434' }, 'gpt-4o-mini'),
    ).toBeUndefined();
  });

  it('does not know made-up models, nor names of object members', () => {
    expect(catalogueEntry(catalogue, openai, 'gpt-none')).toBeUndefined();
    expect(catalogueEntry(catalogue, openai, 'constructor')).toBeUndefined();
  });

  it('holds only prices that can be charged exactly', () => {
    for (const models of Object.values(catalogue.models)) {
      for (const { price } of Object.values(models)) {
        if (!price) continue;
        const millions = { prompt_tokens: 1e9, completion_tokens: 0, total_tokens: 1e9 };
        const rate = price.longContext?.at(-1)?.inputUsdPerMTok ?? price.inputUsdPerMTok;
        expect(costMicroUsd(millions, price)).toBe(Math.round(rate * 1e9));
      }
    }
  });
});
