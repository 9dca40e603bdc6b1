import { estimateCost } from '../../../../domain/budget/estimate.ts';
import type { Deployment } from '../../../../domain/deployment.ts';
import { requestFeatures } from '../../../../domain/routing/request-features.ts';

const provider = {
  name: 'p',
  kind: 'openai' as const,
  baseUrl: '',
  headers: {},
  local: false,
  alwaysStream: false,
};
const cheap: Deployment = {
  name: 'cheap',
  provider,
  model: 'm',
  modalities: ['chat'],
  maxOutputTokens: 1_000,
  price: { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
  limits: {},
};
const dear: Deployment = { ...cheap, name: 'dear', price: { inputUsdPerMTok: 10, outputUsdPerMTok: 20 } };
const local: Deployment = {
  name: 'home',
  provider: { ...provider, local: true },
  model: 'm',
  modalities: ['chat'],
  limits: {},
};
/** 15 input tokens, 23 with the margin. */
const body = { model: 'auto', messages: [{ role: 'user' as const, content: 'x'.repeat(44) }] };
const open = requestFeatures(body);
const bounded = requestFeatures({ ...body, max_tokens: 100 });

it('is that of the dearest deployment, or of all of them where all may be paid', () => {
  const one = estimateCost(open, [cheap, dear, local], { all: false });
  expect(one).toEqual({
    kind: 'priced',
    estimate: { worstMicroUsd: 230 + 20_000, predictedMicroUsd: 150 + 6_000, leastMicroUsd: 150 + 20 },
  });
  const both = estimateCost(open, [cheap, dear], { all: true });
  expect(both).toMatchObject({ estimate: { worstMicroUsd: 230 + 20_000 + 23 + 2_000 } });
});

it('needs all of its worst case where the client says how long its answer may be', () => {
  expect(estimateCost(bounded, [cheap], { all: false })).toEqual({
    kind: 'priced',
    estimate: { worstMicroUsd: 223, predictedMicroUsd: 215, leastMicroUsd: 223 },
  });
});

it('is nothing where no deployment charges anything, and unknown where one does not say what', () => {
  const { price: _price, ...unpriced } = cheap;
  expect(estimateCost(open, [local], { all: false })).toEqual({ kind: 'free' });
  expect(estimateCost(open, [local, unpriced], { all: false })).toEqual({ kind: 'unpriced', deployment: 'cheap' });
});
