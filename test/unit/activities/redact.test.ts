import pino from 'pino';
import { createContentGuards } from '../../../activities/content-guards.ts';
import { createRedact } from '../../../activities/redact.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { ContentGuard, FoundInRequest } from '../../../domain/privacy/content-guard.ts';
import type { PlaceholderMap } from '../../../domain/privacy/stream/stream-restorer.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';

const config = resolveConfig(
  {
    providers: {
      near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', local: true },
      far: { kind: 'openai', apiKeyEnv: 'KEY' },
    },
    deployments: { light: { provider: 'near', model: 'a' }, large: { provider: 'far', model: 'b' } },
    policies: {
      careful: { redact: ['phone', { entity: 'email', action: 'local-only' }, { entity: 'ip', action: 'block' }] },
    },
  },
  { KEY: 'k' },
  'gateway.yaml',
);

interface Kept {
  found: FoundInRequest;
  placeholders: PlaceholderMap;
}

function step({ guard, keep }: { guard?: Partial<ContentGuard>; keep?: () => Promise<void> } = {}) {
  const kept: Kept[] = [];
  const guards = createContentGuards(() => config);
  const redact = createRedact({
    config: () => config,
    artifacts: {
      of: () => notNeeded('an artifact'),
      erase: () => notNeeded('erasure'),
      purge: () => notNeeded('a purge'),
      ping: () => notNeeded('a ping'),
    },
    guards: (names) => ({ ...guards(names), ...guard }),
    logger: pino({ enabled: false }),
    store: {
      vault: { pseudonymKey: async () => new Uint8Array(32).fill(3) },
      pseudonyms: {
        keep:
          keep ??
          (async (_requestId, redaction) => {
            kept.push(redaction);
          }),
      },
    },
  });
  const ask = (content: string, deployments = ['large', 'light'], policies = ['careful']) =>
    redact({
      requestId: 'req_1',
      tenant: 'clinic',
      alias: 'auto',
      body: { kind: 'inline', value: { model: 'auto', messages: [{ role: 'user', content }] } },
      deployments,
      policies,
    });
  return { kept, ask };
}

function failing(): never {
  throw new TypeError('cannot read 13890825181');
}

function notNeeded(what: string): never {
  throw new Error(`${what} is not needed here`);
}

describe('the redacting step', () => {
  it('gives back the body as it may leave and keeps what stands for what', async () => {
    const { ask, kept } = step();
    const { body, deployments, localOnly } = await ask('电话13890825181');
    expect(JSON.stringify(body)).toMatch(/电话PHONE_[a-z]+/u);
    expect({ deployments, localOnly }).toEqual({ deployments: ['large', 'light'], localOnly: false });
    expect(kept).toEqual([
      { found: { entities: { phone: 1 }, terms: {} }, placeholders: { [expectOne(body)]: '13890825181' } },
    ]);
  });

  it('gives the same value the same placeholder in every request', async () => {
    const [first, second] = [await step().ask('电话13890825181'), await step().ask('再打 138-9082-5181')];
    expect(expectOne(first.body)).toBe(expectOne(second.body));
  });

  it('leaves only deployments inside for data that must stay there, and fails where there is none', async () => {
    expect(await step().ask('Write to ann@example.org')).toMatchObject({ deployments: ['light'], localOnly: true });
    await expect(step().ask('Write to ann@example.org', ['large'])).rejects.toMatchObject({ type: 'no_deployment' });
  });

  it('refuses what is to be blocked, and keeps the kinds that were found', async () => {
    const { ask, kept } = step();
    await expect(ask('Host 198.51.100.23')).rejects.toMatchObject({ type: 'content_filter' });
    expect(kept).toEqual([{ found: { entities: { ip: 1 }, terms: {} }, placeholders: {} }]);
  });

  it('lets nothing out where detection fails, in words that do not quote it', async () => {
    const failure = await step({ guard: { request: failing } })
      .ask('电话13890825181')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GatewayError);
    expect(failure).toMatchObject({ type: 'internal_error', message: expect.stringContaining('nothing was sent') });
    expect(JSON.stringify(failure)).not.toContain('1389');
  });

  it('lets nothing out where what stands for what cannot be kept', async () => {
    const away = new GatewayError({ type: 'not_ready', message: 'The database is away.' });
    await expect(step({ keep: () => Promise.reject(away) }).ask('电话13890825181')).rejects.toBe(away);
  });

  it('lets nothing out where a policy is no longer there', async () => {
    await expect(step().ask('hello', ['large'], ['gone'])).rejects.toMatchObject({ type: 'permission_denied' });
  });
});

function expectOne(body: unknown): string {
  return /PHONE_[a-z]+/u.exec(JSON.stringify(body))?.[0] ?? 'none';
}
