import { LivePool } from '../../activities/live-stats.ts';
import { createRouter } from '../../activities/router.ts';
import { untried, type Candidate } from '../../domain/routing/candidate.ts';
import { rank } from '../../domain/routing/rank.ts';
import { resolveConfig } from '../../platform/config/config-file.ts';
import { readQualityModel } from '../../platform/config/quality-model-file.ts';
import { quantile } from './evaluate.ts';

const deployments = 200;
const rounds = 2_000;

/** Times `rank` over 200 eligible deployments under a budget, which is the longest way through it. */
export function rankTimes(): { deployments: number; p50Ms: number; p95Ms: number } {
  const candidates = Array.from({ length: deployments }, (_, index): Candidate => ({
    name: `deployment-${index}`,
    modalities: ['chat'],
    capabilities: ['tools', 'json'],
    contextTokens: 128_000,
    maxOutputTokens: 16_384,
    price: { inputUsdPerMTok: 0.1 + index / 10, outputUsdPerMTok: 0.4 + index / 5 },
    limits: { concurrency: 100, rpm: 10_000 },
    local: false,
    quality: ((index * 37) % 100) / 100,
    live: { ...untried, firstTokenMs: { mean: 200 + index, tail: 500 + index }, errorRate: (index % 5) / 100 },
  }));
  const request = {
    features: {
      modality: 'chat',
      inputTokens: 1_234,
      outputTokens: 300,
      choices: 1,
      needs: ['tools'],
      language: 'en',
      code: false,
      math: false,
    },
    constraints: { localOnly: false, remainingMicroUsd: 1e9 },
  } as const;
  const weights = { quality: 0.6, cost: 0.3, latency: 0.1 };
  const durationsMs = Array.from({ length: rounds }, () => {
    const startMs = performance.now();
    rank(request, candidates, { strategy: 'balanced', weights }, 0);
    return performance.now() - startMs;
  }).toSorted((a, b) => a - b);
  return { deployments, p50Ms: quantile(durationsMs, 0.5), p95Ms: quantile(durationsMs, 0.95) };
}

/**
 * Times what routing adds to a request: the whole decision over 200 deployments of one `balanced` alias, with the look
 * at the live state of each, the judgement of the prompt and all that is counted.
 */
export async function decideTimes(): Promise<{ deployments: number; p50Ms: number; p95Ms: number }> {
  const names = Array.from({ length: deployments }, (_, index) => `deployment-${index}`);
  const config = resolveConfig(
    {
      providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } },
      deployments: Object.fromEntries(
        names.map((name, index) => {
          const price = { inputUsdPerMTok: 0.1 + index / 10, outputUsdPerMTok: 0.4 + index / 5 };
          return [name, { provider: 'near', model: name, price, limits: { concurrency: 100, rpm: 10_000 } }];
        }),
      ),
      aliases: { all: { deployments: names as [string, ...string[]], strategy: 'balanced' } },
    },
    {},
    'the bench',
  );
  const live = new LivePool();
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
  const completion = { id: 'c', object: 'chat.completion' as const, created: 1, model: 'm', choices: [], usage };
  for (const name of names) {
    const streamed = { ownText: '', firstTokenAtMs: Date.now() + 100 };
    await live.watch(name, { stream: true, streamed }, () => Promise.resolve({ completion }));
  }
  const router = createRouter({ config: () => config, live, qualityModel: readQualityModel() });
  const content = 'Explain how a hash table finds its entries, and what happens when two keys collide.';
  const body = { model: 'all', messages: [{ role: 'user' as const, content }] };
  const durationsMs = Array.from({ length: rounds }, (_, index) => {
    const startMs = performance.now();
    router.decide(`req_${index}`, { tenant: 'default', alias: 'all', modality: 'chat', body });
    return performance.now() - startMs;
  }).toSorted((a, b) => a - b);
  return { deployments, p50Ms: quantile(durationsMs, 0.5), p95Ms: quantile(durationsMs, 0.95) };
}
