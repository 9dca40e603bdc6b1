import { answerChecks } from '../../../../domain/cascade/answer-checks.ts';
import { resolveConfig } from '../../../../platform/config/config-file.ts';

const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
const aliasOf = (alias: object) =>
  resolveConfig(
    {
      providers: { near: { kind: 'ollama', local: true } },
      deployments: {
        light: { provider: 'near', model: 'a', price },
        large: { provider: 'near', model: 'b', price },
      },
      aliases: { support: { deployments: ['light', 'large'], ...alias } },
    },
    {},
    'gateway.yaml',
  ).aliases.get('support');

describe('an alias of strategy cascade', () => {
  it('lets every check decide where the file says nothing', () => {
    expect(aliasOf({ strategy: 'cascade' })?.cascade).toEqual({ minQuality: 0, verifier: { checks: answerChecks } });
  });

  it('takes further judges with their usual thresholds', () => {
    const verifier = { checks: ['json'], minMeanLogprob: -1, selfConsistency: {}, judge: { deployment: 'large' } };
    expect(aliasOf({ strategy: 'cascade', verifier })?.cascade).toEqual({
      minQuality: 0,
      verifier: {
        checks: ['json'],
        minMeanLogprob: -1,
        selfConsistency: { samples: 2, minAgreement: 0.6 },
        judge: { deployment: 'large', minScore: 0.7 },
      },
    });
  });

  it.each<[object, RegExp]>([
    [{ strategy: 'cheapest', verifier: {} }, /aliases\.support\.verifier: goes with strategy 'cascade' only/],
    [
      { strategy: 'cascade', verifier: { judge: { deployment: 'none' } } },
      /verifier\.judge\.deployment: no deployment/,
    ],
    [{ strategy: 'cascade', verifier: { checks: ['nice'] } }, /aliases\.support\.verifier\.checks\.0/],
    [{ strategy: 'cascade', verifier: { minMeanLogprob: 1 } }, /aliases\.support\.verifier\.minMeanLogprob/],
    [{ strategy: 'cascade', verifier: { vote: 3 } }, /aliases\.support\.verifier/],
  ])('refuses %j', (alias, message) => {
    expect(() => aliasOf(alias)).toThrow(message);
  });
});
