import { startHealthProbes } from '../../../activities/health-probes.ts';
import { LivePool } from '../../../activities/live-stats.ts';
import { GatewayError } from '../../../domain/errors.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';
import { createInProcessHub } from '../../../platform/hub/in-process-hub.ts';
import { createLogger } from '../../../platform/logger.ts';
import { eventually } from '../../support/poll.ts';

const provider = { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } as const;
const config = resolveConfig(
  {
    providers: { near: provider },
    deployments: {
      idle: { provider: 'near', model: 'm', probe: { intervalMs: 1_000 } },
      failing: { provider: 'near', model: 'm', probe: { intervalMs: 1_000, call: 'chat' } },
      busy: { provider: 'near', model: 'm', probe: { intervalMs: 1_000 } },
      unasked: { provider: 'near', model: 'm' },
    },
  },
  {},
  'gateway.yaml',
);
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const completion = { id: 'c', object: 'chat.completion' as const, created: 1, model: 'm', choices: [], usage };

let stop = (): void => undefined;
afterEach(() => stop());

describe('health probes', () => {
  it('are made of idle and failing deployments that have them in the configuration, again and again', async () => {
    const live = new LivePool();
    const call = { stream: false, streamed: { ownText: '' } };
    await live.watch('busy', call, () => Promise.resolve({ completion }));
    const refused = new GatewayError({ type: 'provider_auth', message: 'The key is refused.' });
    await live.watch('failing', call, () => Promise.reject(refused)).catch(() => undefined);
    const probed: string[] = [];
    stop = startHealthProbes({
      config: () => config,
      live,
      hub: createInProcessHub(),
      probe: async ({ name }, kind) => {
        probed.push(`${name} by ${kind}`);
        return { call: kind, ok: true, latencyMs: 1, saw: 'an answer' };
      },
      logger: createLogger('silent'),
    });
    await eventually('the second round', () => probed.length >= 4);
    expect(probed.toSorted()).toEqual(['failing by chat', 'failing by chat', 'idle by models', 'idle by models']);
  });
});
