import { untried, type Candidate } from '../../domain/routing/candidate.ts';
import { rank } from '../../domain/routing/rank.ts';
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
