import { type CascadePlan, cascadePlan, isDraft, verifierCalls, within } from '../../../../domain/cascade/plan.ts';

const candidate = (deployment: string, costMicroUsd: number, quality: number) => ({
  deployment,
  costMicroUsd,
  quality,
});
const rungsOf = (ranked: Parameters<typeof cascadePlan>[1], modelOf: (deployment: string) => string, minQuality = 0) =>
  cascadePlan({ verifier: { checks: [] }, minQuality }, ranked, modelOf)?.rungs;
const byName = (deployment: string) => deployment;

describe('the rungs of a cascade', () => {
  it('climb in cost and quality, and end where one does not', () => {
    const ranked = [candidate('a', 1, 0.4), candidate('b', 2, 0.4), candidate('c', 9, 0.8), candidate('d', 3, 0.7)];
    expect(rungsOf(ranked, byName)).toEqual(['a', 'b', 'c']);
  });

  it('hold each model once', () => {
    const ranked = [candidate('here', 1, 0.4), candidate('there', 1, 0.4), candidate('large', 9, 0.8)];
    expect(rungsOf(ranked, (name) => (name === 'large' ? 'L' : 'S'))).toEqual(['here', 'large']);
  });

  it('leave out what is too weak for the prompt; one alone is no cascade', () => {
    const ranked = [candidate('a', 1, 0.2), candidate('b', 2, 0.5), candidate('c', 9, 0.6)];
    expect(rungsOf(ranked, byName, 0.4)).toEqual(['b', 'c']);
    expect(rungsOf(ranked, byName, 0.9)).toBeUndefined();
    expect(rungsOf([], byName)).toBeUndefined();
  });
});

describe('what it may take to judge all drafts', () => {
  it('is a call for each sample and each judgement', () => {
    const verifier = {
      checks: [],
      selfConsistency: { samples: 2, minAgreement: 0.6 },
      judge: { deployment: 'judge', minScore: 0.7 },
    };
    const calls = verifierCalls({ rungs: ['light', 'middle', 'large'], verifier });
    expect(calls).toEqual(['light', 'light', 'judge', 'middle', 'middle', 'judge']);
    expect(verifierCalls({ rungs: ['light', 'large'], verifier: { checks: [] } })).toEqual([]);
  });
});

describe('a plan', () => {
  it('keeps to the deployments that the request may still use', () => {
    const plan = { rungs: ['light', 'large'], verifier: { checks: [] } };
    expect(within(plan, ['large', 'other']).rungs).toEqual(['large']);
  });
});

describe('an answer', () => {
  const plan: CascadePlan = { rungs: ['light', 'middle', 'large'], verifier: { checks: ['empty'] } };

  it.each<[string, string[], boolean]>([
    ['light', [], true],
    ['middle', ['light'], true],
    ['large', ['light', 'middle'], false],
    ['light', ['middle', 'large'], false],
    ['light', ['large'], true],
    ['spare', [], false],
  ])('of %s after %j is a draft: %s', (deployment, tried, expected) => {
    expect(isDraft(plan, deployment, tried)).toBe(expected);
  });
});
