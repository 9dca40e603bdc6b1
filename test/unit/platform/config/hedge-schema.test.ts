import { resolveConfig } from '../../../../platform/config/config-file.ts';

const aliasOf = (alias: object) =>
  resolveConfig(
    {
      providers: { near: { kind: 'ollama', local: true } },
      deployments: { one: { provider: 'near', model: 'a' }, two: { provider: 'near', model: 'b' } },
      aliases: { quick: { deployments: ['one', 'two'], ...alias } },
    },
    {},
    'gateway.yaml',
  ).aliases.get('quick');

describe('an alias that hedges', () => {
  it('calls a second deployment for a tenth of its requests where the file says no share', () => {
    expect(aliasOf({ hedge: { afterMs: 800 } })?.hedge).toEqual({ afterMs: 800, maxShare: 0.1 });
  });

  it('counts money in micro-USD', () => {
    expect(aliasOf({ hedge: { afterMs: 800, maxExtraCostUsd: 0.002 } })?.hedge?.maxExtraCostMicroUsd).toBe(2_000);
  });

  it.each<[object, RegExp]>([
    [{ hedge: {} }, /aliases\.quick\.hedge\.afterMs/],
    [{ hedge: { afterMs: 800, maxShare: 2 } }, /aliases\.quick\.hedge\.maxShare/],
    [{ hedge: { afterMs: 800, twice: true } }, /aliases\.quick\.hedge/],
    [{ strategy: 'cascade', hedge: { afterMs: 800 } }, /aliases\.quick\.hedge: does not go with strategy 'cascade'/],
  ])('refuses %j', (alias, message) => {
    expect(() => aliasOf(alias)).toThrow(message);
  });
});
