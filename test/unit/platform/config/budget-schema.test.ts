import type { ConfigFile } from '../../../../platform/config/config-file.ts';
import { resolveConfig } from '../../../../platform/config/config-file.ts';

const file = (tenant: NonNullable<ConfigFile['tenants']>[string], changes: Partial<ConfigFile> = {}): ConfigFile => ({
  providers: {
    far: { kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1' },
    near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', local: true },
  },
  deployments: {
    priced: { provider: 'far', model: 'private-one', price: { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } },
    inside: { provider: 'near', model: 'own' },
  },
  tenants: { clinic: tenant },
  ...changes,
});
const resolved = (raw: unknown) => resolveConfig(raw, {}, 'gateway.yaml');
const budgetsOf = (raw: unknown) => resolved(raw).tenants.get('clinic')?.budgets;

const unknownPrice = { deployments: { odd: { provider: 'far', model: 'nobody-knows-it' } } };

describe('tenants.X.budget', () => {
  it('is one budget, or one for the day and one for the month, in whole micro-USD', () => {
    expect(budgetsOf(file({ budget: { limitUsd: 0.00105, period: 'day' } }))).toEqual([
      { limitMicroUsd: 1_050, period: 'day' },
    ]);
    const both = [
      { limitUsd: 5, period: 'day' as const },
      { limitUsd: 100, period: 'month' as const },
    ];
    expect(budgetsOf(file({ budget: both }))).toEqual([
      { limitMicroUsd: 5_000_000, period: 'day' },
      { limitMicroUsd: 100_000_000, period: 'month' },
    ]);
    expect(budgetsOf(file({}))).toBeUndefined();
  });

  it.each([
    { limitUsd: -1, period: 'day' },
    { limitUsd: 1, period: 'week' },
    { limitUsd: 1 },
    { limitUsd: 1, period: 'day', hard: true },
    [],
    [
      { limitUsd: 1, period: 'day' },
      { limitUsd: 2, period: 'day' },
    ],
  ])('refuses %j and names the field', (budget) => {
    const raw = { ...file({}), tenants: { clinic: { budget } } };
    expect(() => resolved(raw)).toThrow(/tenants\.clinic\.budget/);
  });

  it('stops the start where a deployment has no price, and names it', () => {
    const budget = { limitUsd: 1, period: 'day' as const };
    expect(() => resolved(file({ budget }, unknownPrice))).toThrow(
      /deployments\.odd\.price: .*tenants\.clinic\.budget/,
    );
    expect(() => resolved(file({}, unknownPrice))).not.toThrow();
  });

  it('needs no price of what its policy keeps the tenant from', () => {
    const budget = { limitUsd: 1, period: 'day' as const };
    const indoors = { ...unknownPrice, policies: { indoors: { localOnly: true } } };
    expect(() => resolved(file({ policy: 'indoors', budget }, indoors))).not.toThrow();
  });
});

describe('deployments.X.price', () => {
  it('takes every rate of the catalogue, cached, reasoning, sound and pictures among them', () => {
    const price = {
      inputUsdPerMTok: 1,
      outputUsdPerMTok: 2,
      cachedInputUsdPerMTok: 0.1,
      cacheWriteUsdPerMTok: 1.25,
      reasoningUsdPerMTok: 3,
      audioInputUsdPerMTok: 10,
      imageUsd: 0.04,
      longContext: [{ aboveInputTokens: 200_000, inputUsdPerMTok: 2, outputUsdPerMTok: 4 }],
    };
    const raw = file({}, { deployments: { priced: { provider: 'far', model: 'm', price } } });
    expect(resolved(raw).deployments.get('priced')?.price).toEqual(price);
  });

  it('comes, as the longest answer does, from the catalogue where the file is silent', () => {
    const raw = file({}, { deployments: { known: { provider: 'official', model: 'gpt-5.4-mini' } } });
    const known = resolved({ ...raw, providers: { official: { kind: 'openai' } } }).deployments.get('known');
    expect(known?.price?.cachedInputUsdPerMTok).toBeGreaterThan(0);
    expect(known?.maxOutputTokens).toBeGreaterThan(1_000);
  });
});
