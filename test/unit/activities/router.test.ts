import { LivePool } from '../../../activities/live-stats.ts';
import { targetShare } from '../../../domain/routing/balance.ts';
import { createRouter } from '../../../activities/router.ts';
import { GatewayError } from '../../../domain/errors.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';
import { readQualityModel } from '../../../platform/config/quality-model-file.ts';

const config = resolveConfig(
  {
    providers: { out: { kind: 'openai', apiKeyEnv: 'KEY' } },
    deployments: {
      large: {
        provider: 'out',
        model: 'a-large-model',
        price: { inputUsdPerMTok: 5, outputUsdPerMTok: 25 },
        capabilities: ['reasoning'],
      },
      light: { provider: 'out', model: 'a-light-model', price: { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.4 } },
    },
    aliases: { even: { deployments: ['large', 'light'], strategy: 'balanced' } },
  },
  { KEY: 'k' },
  'gateway.yaml',
);
const qualityModel = readQualityModel();
const startRouter = () => createRouter({ config: () => config, live: new LivePool(), qualityModel });
const request = (alias: string) => ({
  tenant: 'default',
  alias,
  modality: 'chat' as const,
  body: {
    model: alias,
    messages: [{ role: 'user' as const, content: 'Prove that there are infinitely many primes.' }],
  },
});

describe('the router', () => {
  it('weighs cost more after dear answers, and less after cheap ones', () => {
    const router = startRouter();
    const usage = { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 };
    const weightAfter = (requests: number, costMicroUsd: number) => {
      for (let count = 0; count < requests; count++) {
        router.decide(`req_${count}`, request('even'));
        router.answered(`req_${count}`, usage, costMicroUsd);
      }
      return router.explain(request('even')).weights.cost;
    };
    const before = router.explain(request('even')).weights.cost;
    const dear = weightAfter(20, 30_000);
    expect(dear).toBeGreaterThan(before);
    expect(weightAfter(100, 500)).toBeLessThan(dear);
  });

  it('keeps to its share of the best cost on prompts that it is asked about, called or not', () => {
    const router = startRouter();
    const shareOf = (from: number, to: number): number => {
      let chosen = 0;
      let best = 0;
      for (let count = from; count < to; count++) {
        const content = `${'Explain the proof. '.repeat(1 + (count % 9))}${count % 4 === 0 ? 'What is 7 * 8?' : ''}`;
        const asked = { ...request('even'), body: { model: 'even', messages: [{ role: 'user' as const, content }] } };
        const { ranked } = router.explain(asked);
        chosen += ranked[0]!.costMicroUsd;
        best += ranked.find(({ deployment }) => deployment === 'large')!.costMicroUsd;
      }
      return chosen / best;
    };
    shareOf(0, 100);
    expect(Math.abs(shareOf(100, 500) - targetShare)).toBeLessThan(0.03);
  });

  it("takes the operator's own figure of quality before what was learned", () => {
    const rated = resolveConfig(
      {
        providers: { one: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } },
        deployments: {
          weak: { provider: 'one', model: 'weak-model', quality: 0.3 },
          good: { provider: 'one', model: 'good-model', quality: 0.9 },
          learned: { provider: 'one', model: 'gpt-4-1106-preview', quality: 0.1 },
        },
        aliases: { top: { deployments: ['weak', 'learned', 'good'], strategy: 'best' } },
      },
      {},
      'gateway.yaml',
    );
    const router = createRouter({ config: () => rated, live: new LivePool(), qualityModel });
    expect(router.explain(request('top')).order).toEqual(['good', 'weak', 'learned']);
  });

  it('leaves out what may cost more than the request allows, and names the cap where nothing is left', () => {
    const router = startRouter();
    const decided = router.decide('req_1', { ...request('even'), maxCostMicroUsd: 2_000 });
    expect(decided).toMatchObject({
      order: ['light'],
      excluded: [{ deployment: 'large', reasons: [{ reason: 'budget' }] }],
    });
    const tooLittle = { ...request('even'), maxCostMicroUsd: 1_000 };
    expect(() => router.decide('req_2', tooLittle)).toThrow(
      expect.objectContaining({ type: 'cost_cap_reached', message: expect.stringMatching(/light: may cost/) }),
    );
  });

  it("learns nothing from requests that brought the caller's own weights", () => {
    const router = startRouter();
    const before = router.explain(request('even')).weights;
    router.decide('req_1', { ...request('even'), qos: { quality: 1 } });
    router.answered('req_1', { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 }, 30_000);
    expect(router.explain(request('even')).weights).toEqual(before);
  });

  it('gives the probe of a half-open deployment to one request, and to no question', async () => {
    let nowMs = Date.now();
    const live = new LivePool(() => nowMs);
    const router = createRouter({ config: () => config, live, qualityModel });
    const refused = new GatewayError({ type: 'provider_auth', message: 'The key is refused.' });
    const call = live.watch('large', { stream: false, streamed: { ownText: '' } }, () => Promise.reject(refused));
    await expect(call).rejects.toBe(refused);
    expect(router.decide('req_1', request('auto')).order).toEqual(['light', 'large']);
    nowMs += 60_000;
    expect(router.explain(request('auto')).order).toEqual(['large', 'light']);
    expect(router.decide('req_2', request('auto')).order).toEqual(['large', 'light']);
    expect(router.decide('req_3', request('auto')).order).toEqual(['light', 'large']);
  });
});
