import { resolveConfig } from '../../../../platform/config/config-file.ts';
import { ConfigurationError } from '../../../../platform/config/settings.ts';

const file = (more: object = {}) => ({
  providers: {
    near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1/', apiKeyEnv: 'NEAR_KEY', local: true },
  },
  deployments: { light: { provider: 'near', model: 'small-chat' } },
  ...more,
});
const resolved = (raw: unknown) => resolveConfig(raw, { NEAR_KEY: 'k' }, 'gateway.yaml');

describe('the configuration file', () => {
  it('resolves providers, keys and defaults', () => {
    const light = resolved(file()).deployments.get('light');
    expect(light).toMatchObject({
      model: 'small-chat',
      modalities: ['chat'],
      provider: { baseUrl: 'http://127.0.0.1:8000/v1', apiKey: 'k', local: true },
    });
  });

  it("lets 'auto' stand for every chat deployment in the file's order when the file does not say", () => {
    const two = {
      light: { provider: 'near', model: 'a' },
      voice: { provider: 'near', model: 'b', modalities: ['speech'] },
    };
    expect(resolved(file({ deployments: two })).aliases.get('auto')).toMatchObject({ deployments: ['light'] });
  });

  it("adds 'auto:cheap', 'auto:fast' and 'auto:best' over the deployments of 'auto', unless the file has them", () => {
    const deployments = { light: { provider: 'near', model: 'a' }, large: { provider: 'near', model: 'b' } };
    const own = { auto: { deployments: ['large'] }, 'auto:best': { deployments: ['light'], strategy: 'ordered' } };
    const { aliases } = resolved(file({ deployments, aliases: own }));
    expect(aliases.get('auto:cheap')).toEqual({ name: 'auto:cheap', deployments: ['large'], strategy: 'cheapest' });
    expect(aliases.get('auto:fast')).toMatchObject({ deployments: ['large'], strategy: 'fastest' });
    expect(aliases.get('auto:best')).toMatchObject({ deployments: ['light'], strategy: 'ordered' });
  });

  it.each([
    ['ordered', []],
    ['fastest', []],
    ['best', []],
    ['cheapest', [expect.stringContaining("the price of 'far' is unknown")]],
    ['cascade', [expect.stringContaining("the price of 'far'")]],
  ])('warns of what it cannot keep of the strategy %s', (strategy, warnings) => {
    const config = resolved({
      providers: { out: { kind: 'openai', apiKeyEnv: 'NEAR_KEY' } },
      deployments: { far: { provider: 'out', model: 'nobody-published-its-price' } },
      aliases: { chosen: { deployments: ['far'], strategy } },
    });
    expect(config.warnings).toEqual(warnings);
  });

  it('takes price and context from the catalogue where they are left out, and from the file where they are not', () => {
    const { deployments } = resolved({
      providers: { openai: { kind: 'openai', apiKeyEnv: 'NEAR_KEY' } },
      deployments: {
        known: { provider: 'openai', model: 'gpt-4o' },
        priced: { provider: 'openai', model: 'gpt-4o', price: { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } },
      },
    });
    expect(deployments.get('known')).toMatchObject({ contextTokens: 128_000, price: { inputUsdPerMTok: 2.5 } });
    expect(deployments.get('priced')?.price).toEqual({ inputUsdPerMTok: 1, outputUsdPerMTok: 2 });
  });

  it.each<[string, object, string]>([
    ['an unknown provider', { deployments: { light: { provider: 'far', model: 'm' } } }, 'deployments.light.provider'],
    ['an unknown deployment', { aliases: { auto: { deployments: ['none'] } } }, 'aliases.auto.deployments'],
    ['an unknown policy', { tenants: { default: { policy: 'none' } } }, 'tenants.default.policy'],
    [
      'a misspelt field',
      { deployments: { light: { provider: 'near', model: 'm', modalitys: [] } } },
      'deployments.light',
    ],
    ['an unknown kind', { providers: { near: { kind: 'telepathy' } } }, 'providers.near.kind'],
    ['no deployment', { deployments: {} }, 'deployments'],
    [
      'a negative price',
      { deployments: { light: { provider: 'near', model: 'm', price: { inputUsdPerMTok: -1, outputUsdPerMTok: 1 } } } },
      'deployments.light.price.inputUsdPerMTok',
    ],
  ])('names the path of the wrong field: %s', (_what, more, path) => {
    expect(() => resolved(file(more))).toThrow(ConfigurationError);
    expect(() => resolved(file(more))).toThrow(path);
  });
});
