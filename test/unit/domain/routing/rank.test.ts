import { untried, type Candidate, type Constraints, type LiveState } from '../../../../domain/routing/candidate.ts';
import { predictLatencyMs, rank, strategies, type Preferences } from '../../../../domain/routing/rank.ts';
import type { RequestFeatures } from '../../../../domain/routing/request-features.ts';

const nowMs = 1_700_000_000_000;
const question: RequestFeatures = {
  modality: 'chat',
  inputTokens: 1_000,
  outputTokens: 100,
  choices: 1,
  needs: [],
  language: 'en',
  code: false,
  math: false,
};

function live(state: Partial<LiveState> = {}): LiveState {
  return { ...untried, ...state };
}

function candidate(name: string, fields: Partial<Candidate> = {}): Candidate {
  return {
    name,
    modalities: ['chat'],
    price: { inputUsdPerMTok: 1, outputUsdPerMTok: 1 },
    limits: {},
    local: false,
    quality: 0.7,
    live: live(),
    ...fields,
  };
}

const light = candidate('light', {
  quality: 0.6,
  price: { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.4 },
  live: live({ firstTokenMs: { mean: 200, tail: 400 }, tokensPerSecond: { mean: 100, tail: 100 } }),
});
const large = candidate('large', {
  quality: 0.9,
  price: { inputUsdPerMTok: 5, outputUsdPerMTok: 15 },
  live: live({ firstTokenMs: { mean: 900, tail: 1_100 }, tokensPerSecond: { mean: 50, tail: 50 } }),
});
const middle = candidate('middle', { quality: 0.8, price: { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } });

function prefer(strategy: Preferences['strategy'], weights = { quality: 1, cost: 0.1, latency: 0 }): Preferences {
  return { strategy, weights };
}

function names(
  candidates: Candidate[],
  preferences: Preferences,
  constraints: Constraints = { localOnly: false },
): string[] {
  return rank({ features: question, constraints }, candidates, preferences, nowMs).ranked.map(
    (each) => each.deployment,
  );
}

describe('rank', () => {
  it.each([
    ['ordered', ['middle', 'large', 'light']],
    ['cheapest', ['light', 'middle', 'large']],
    ['fastest', ['light', 'middle', 'large']],
    ['best', ['large', 'middle', 'light']],
    ['cascade', ['light', 'middle', 'large']],
  ] as const)('%s puts them as %j', (strategy, expected) => {
    expect(names([middle, large, light], prefer(strategy))).toEqual(expected);
  });

  it('moves balanced from the best to the cheapest as cost weighs more', () => {
    const all = [light, middle, large];
    expect(names(all, prefer('balanced', { quality: 1, cost: 0.01, latency: 0 }))[0]).toBe('large');
    expect(names(all, prefer('balanced', { quality: 1, cost: 0.5, latency: 0 }))[0]).toBe('middle');
    expect(names(all, prefer('balanced', { quality: 1, cost: 10, latency: 0 }))[0]).toBe('light');
  });

  it('counts only the proportions of the weights', () => {
    const once = rank(
      { features: question, constraints: { localOnly: false } },
      [light, large],
      prefer('balanced'),
      nowMs,
    );
    const tenfold = prefer('balanced', { quality: 10, cost: 1, latency: 0 });
    expect(rank({ features: question, constraints: { localOnly: false } }, [light, large], tenfold, nowMs)).toEqual(
      once,
    );
  });

  it('scores by the documented formula, in quality points', () => {
    const preferences: Preferences = {
      strategy: 'balanced',
      weights: { quality: 0.5, cost: 0.3, latency: 0.2 },
      reference: { costMicroUsd: 13_000, latencyMs: 6_000 },
    };
    const { ranked } = rank({ features: question, constraints: { localOnly: false } }, [large], preferences, nowMs);
    // 1,000 input at 5 and 100 output at 15 micro-USD; 1,000 ms to the first token and 100 tokens at 50 a second.
    expect(ranked[0]).toEqual({
      deployment: 'large',
      rank: 1,
      latencyMs: 3_000,
      costMicroUsd: 6_500,
      quality: 0.9,
      score: 0.2,
    });
  });

  it('takes traffic from a deployment that fails, before its breaker opens', () => {
    const failing = { ...large, live: live({ ...large.live, errorRate: 0.5 }) };
    expect(names([middle, failing], prefer('balanced', { quality: 1, cost: 0, latency: 0 }))).toEqual([
      'middle',
      'large',
    ]);
  });

  it('leaves a dominated deployment off the ladder of a cascade, but keeps it for failover', () => {
    const dear = candidate('dear', { quality: 0.5, price: { inputUsdPerMTok: 2, outputUsdPerMTok: 2 } });
    expect(names([dear, large, light], prefer('cascade'))).toEqual(['light', 'large', 'dear']);
  });

  it('breaks ties by calls in flight, then by the order of the configuration', () => {
    const busy = candidate('busy', { live: live({ inFlight: 3 }) });
    expect(names([busy, candidate('first'), candidate('second')], prefer('balanced'))).toEqual([
      'first',
      'second',
      'busy',
    ]);
  });

  it.each(strategies)('gives the same order whenever it is asked (%s)', (strategy) => {
    const all = [light, middle, large, candidate('twin'), candidate('other twin')];
    const first = names(all, prefer(strategy));
    expect(first).toHaveLength(5);
    expect(names(all, prefer(strategy))).toEqual(first);
  });

  it('gives an unmeasured deployment a usual latency, so that it gets a first call', () => {
    expect(predictLatencyMs(untried, 100)).toBe(2_800);
  });

  it('ranks nothing where there is nothing', () => {
    expect(rank({ features: question, constraints: { localOnly: false } }, [], prefer('balanced'), nowMs)).toEqual({
      strategy: 'balanced',
      ranked: [],
      excluded: [],
    });
  });
});

describe('exclusions', () => {
  const picture: RequestFeatures = { ...question, needs: ['vision', 'tools'] };
  const free: Constraints = { localOnly: false };
  const cases: [string, RequestFeatures, Candidate, Constraints, string | undefined][] = [
    ['another modality', { ...question, modality: 'image' }, candidate('a'), free, 'modality'],
    ['a context that is too short', question, candidate('a', { contextTokens: 1_099 }), free, 'context_length'],
    ['a context that just fits', question, candidate('a', { contextTokens: 1_100 }), free, undefined],
    ['an unknown context', question, candidate('a'), free, undefined],
    ['a missing capability', picture, candidate('a', { capabilities: ['tools'] }), free, 'capability'],
    ['unknown capabilities', picture, candidate('a'), free, undefined],
    [
      'a deployment not allowed',
      question,
      candidate('a'),
      { localOnly: false, allowed: new Set(['b']) },
      'not_allowed',
    ],
    ['an allowed deployment', question, candidate('a'), { localOnly: false, allowed: new Set(['a']) }, undefined],
    ['a cloud deployment for inside traffic', question, candidate('a'), { localOnly: true }, 'local_only'],
    [
      'a local deployment for inside traffic',
      question,
      candidate('a', { local: true }),
      { localOnly: true },
      undefined,
    ],
    [
      'a budget too small',
      question,
      candidate('a', { maxOutputTokens: 500 }),
      { localOnly: false, remainingMicroUsd: 1_999 },
      'budget',
    ],
    [
      'a budget just enough',
      question,
      candidate('a', { maxOutputTokens: 500 }),
      { localOnly: false, remainingMicroUsd: 2_000 },
      undefined,
    ],
    ['a drained deployment', question, candidate('a', { live: live({ drained: true }) }), free, 'drained'],
    [
      'an open breaker',
      question,
      candidate('a', { live: live({ breaker: { state: 'open', untilMs: nowMs + 1, reason: 'failing' } }) }),
      free,
      'breaker_open',
    ],
    [
      'a breaker whose time is over',
      question,
      candidate('a', { live: live({ breaker: { state: 'open', untilMs: nowMs, reason: 'failing' } }) }),
      free,
      undefined,
    ],
    [
      'a probe under way',
      question,
      candidate('a', { live: live({ breaker: { state: 'half_open', probing: true } }) }),
      free,
      'breaker_open',
    ],
    [
      'a breaker that wants a probe',
      question,
      candidate('a', { live: live({ breaker: { state: 'half_open', probing: false } }) }),
      free,
      undefined,
    ],
    [
      'a recovering deployment whose share is used',
      question,
      candidate('a', { live: live({ breaker: { state: 'recovering', share: 0.2, admits: false } }) }),
      free,
      'recovering',
    ],
    [
      'a recovering deployment whose share is not used',
      question,
      candidate('a', { live: live({ breaker: { state: 'recovering', share: 0.2, admits: true } }) }),
      free,
      undefined,
    ],
    [
      'no requests left at the provider',
      question,
      candidate('a', { live: live({ quota: { requests: { remaining: 0, resetAtMs: nowMs + 1 } } }) }),
      free,
      'rate_limited',
    ],
    [
      'too few tokens left at the provider',
      question,
      candidate('a', { live: live({ quota: { tokens: { remaining: 1_099, resetAtMs: nowMs + 1 } } }) }),
      free,
      'rate_limited',
    ],
    [
      'a limit of the provider that is filled again',
      question,
      candidate('a', { live: live({ quota: { requests: { remaining: 0, resetAtMs: nowMs } } }) }),
      free,
      undefined,
    ],
    [
      'a rate limit of the provider',
      question,
      candidate('a', { live: live({ rateLimitedUntilMs: nowMs + 1 }) }),
      free,
      'rate_limited',
    ],
    [
      'full concurrency',
      question,
      candidate('a', { limits: { concurrency: 2 }, live: live({ inFlight: 2 }) }),
      free,
      'concurrency',
    ],
    [
      'used calls of the minute',
      question,
      candidate('a', { limits: { rpm: 60 }, live: live({ callsLastMinute: 60 }) }),
      free,
      'rpm',
    ],
  ];

  it.each(cases)('judges %s', (_name, features, only, constraints, reason) => {
    const result = rank({ features, constraints }, [only], prefer('balanced'), nowMs);
    expect(result.excluded.flatMap((each) => each.reasons.map(({ reason: found }) => found))).toEqual(
      reason === undefined ? [] : [reason],
    );
    expect(result.ranked).toHaveLength(reason === undefined ? 1 : 0);
  });

  it('does not spend a budget on a deployment of unknown price, unless it is local', () => {
    const { price: _price, ...unpriced } = candidate('a');
    const budget: Constraints = { localOnly: false, remainingMicroUsd: 1_000_000 };
    const reasonsOf = (only: Candidate): string[] =>
      rank({ features: question, constraints: budget }, [only], prefer('best'), nowMs).excluded.flatMap((each) =>
        each.reasons.map(({ reason }) => reason),
      );
    expect(reasonsOf(unpriced)).toEqual(['price_unknown']);
    expect(reasonsOf({ ...unpriced, local: true })).toEqual([]);
  });

  it('names every reason, with its figures', () => {
    const only = candidate('a', { contextTokens: 10, live: live({ rateLimitedUntilMs: nowMs + 500 }) });
    expect(
      rank({ features: question, constraints: { localOnly: true } }, [only], prefer('best'), nowMs).excluded,
    ).toEqual([
      {
        deployment: 'a',
        reasons: [
          { reason: 'context_length', transient: false, detail: 'about 1100 tokens needed, 10 fit' },
          { reason: 'local_only', transient: false, detail: 'the policy keeps this traffic inside' },
          { reason: 'rate_limited', transient: true, detail: 'the provider asked to wait 500 ms' },
        ],
      },
    ]);
  });
});
