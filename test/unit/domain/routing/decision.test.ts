import { type Candidate, type Exclusion, type LiveState, untried } from '../../../../domain/routing/candidate.ts';
import { lastResorts, noDeployment } from '../../../../domain/routing/decision.ts';
import { exclusionsOf } from '../../../../domain/routing/exclusions.ts';
import { requestFeatures } from '../../../../domain/routing/request-features.ts';

const nowMs = 1_700_000_000_000;
const body = { model: 'auto', messages: [{ role: 'user' as const, content: 'Say hello.' }] };
const features = requestFeatures(body);

function candidate(name: string, live: Partial<LiveState>, more: Partial<Candidate> = {}): Candidate {
  return { name, modalities: ['chat'], limits: {}, local: false, quality: 0.7, live: { ...untried, ...live }, ...more };
}

/** What is left to try of candidates that are all excluded. */
function resortsOf(candidates: Candidate[], localOnly = false): string[] {
  const excluded = candidates.map((each) => ({
    deployment: each.name,
    reasons: exclusionsOf(features, each, { localOnly }, nowMs),
  }));
  expect(excluded.filter(({ reasons }) => reasons.length === 0)).toEqual([]);
  return lastResorts(excluded, candidates, features, nowMs);
}

const openFor = (ms: number): Partial<LiveState> => ({
  breaker: { state: 'open', untilMs: nowMs + ms, reason: 'failing' },
});

describe('when every deployment is out', () => {
  it('those that are out only for now are tried, soonest back first', () => {
    const busy = candidate('busy', { inFlight: 1 }, { limits: { concurrency: 1 } });
    const limited = candidate('limited', { rateLimitedUntilMs: nowMs + 2_000 });
    const both = candidate('both', { ...openFor(1_000), rateLimitedUntilMs: nowMs + 9_000 });
    const probed = candidate('probed', { breaker: { state: 'half_open', probing: true } });
    expect(resortsOf([both, candidate('open', openFor(5_000)), limited, busy, probed])).toEqual([
      'busy',
      'probed',
      'limited',
      'open',
      'both',
    ]);
  });

  it('one whose context may be too short for the answer, not for the prompt, comes last', () => {
    const tight = candidate('tight', {}, { contextTokens: features.inputTokens + 1 });
    const short = candidate('short', {}, { contextTokens: features.inputTokens });
    expect(resortsOf([tight, short, candidate('open', openFor(60_000))])).toEqual(['open', 'tight']);
  });

  it('nobody overrules a policy, a missing capability or an operator', () => {
    const drained = candidate('drained', { drained: true });
    expect(resortsOf([drained])).toEqual([]);
    expect(resortsOf([candidate('outside', openFor(1))], true)).toEqual([]);
    expect(resortsOf([candidate('speaker', openFor(1), { modalities: ['speech'] })])).toEqual([]);
  });
});

it('an error without a deployment says what stands in the way of each', () => {
  const reasons: Exclusion[] = [{ reason: 'capability', transient: false, detail: 'lacks vision' }];
  const error = noDeployment({
    alias: 'auto',
    strategy: 'ordered',
    weights: { quality: 1, cost: 1, latency: 1 },
    order: [],
    ranked: [],
    excluded: [{ deployment: 'light', reasons }],
  });
  expect(error.info).toEqual({
    type: 'no_deployment',
    message: "No deployment of 'auto' may take this request. light: lacks vision (capability).",
  });
});

const errorFor = (...excluded: Exclusion[][]) =>
  noDeployment({
    alias: 'auto',
    strategy: 'ordered',
    weights: { quality: 1, cost: 1, latency: 1 },
    order: [],
    ranked: [],
    excluded: excluded.map((reasons, index) => ({ deployment: `d${index}`, reasons })),
  }).info;

it('an error without a deployment is about the cap where a deployment is only too dear', () => {
  const tooDear: Exclusion = { reason: 'budget', transient: false, detail: 'may cost 9 micro-USD, 1 are left' };
  const blind: Exclusion = { reason: 'capability', transient: false, detail: 'lacks vision' };
  expect(errorFor([blind], [tooDear])).toMatchObject({ type: 'cost_cap_reached', param: 'gateway.maxCostUsd' });
  expect(errorFor([blind, tooDear])).toMatchObject({ type: 'no_deployment' });
});
