import {
  affordableOutputTokens,
  costWithOutput,
  type PricedModel,
  worstCaseMicroUsd,
} from '../../../../domain/budget/worst-case.ts';
import type { RequestFeatures } from '../../../../domain/routing/request-features.ts';

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
const priced: PricedModel = { price: { inputUsdPerMTok: 1, outputUsdPerMTok: 1 }, local: false };

describe('worstCaseMicroUsd', () => {
  it('bounds the answer by the client, else by the model, else by what its context leaves', () => {
    const capped = { ...question, maxOutputTokens: 10 };
    expect(worstCaseMicroUsd(capped, { ...priced, maxOutputTokens: 500 })).toBe(1_510);
    expect(worstCaseMicroUsd(question, { ...priced, maxOutputTokens: 500 })).toBe(2_000);
    expect(worstCaseMicroUsd(question, { ...priced, contextTokens: 3_000 })).toBe(3_500);
  });

  it('is unknown without a price, and nothing on a local server', () => {
    expect(worstCaseMicroUsd(question, { local: false })).toBeUndefined();
    expect(worstCaseMicroUsd(question, { local: true })).toBe(0);
  });
});

describe('costWithOutput', () => {
  it('takes the input as it is estimated, and never more than the request may be answered with', () => {
    expect(costWithOutput(question, priced, 300)).toBe(1_300);
    expect(costWithOutput({ ...question, maxOutputTokens: 10 }, priced, 300)).toBe(1_010);
  });
});

describe('affordableOutputTokens', () => {
  it('is the longest answer that the amount pays for, each choice paid', () => {
    expect(affordableOutputTokens(question, priced, 1_234)).toBe(234);
    expect(affordableOutputTokens({ ...question, choices: 2 }, priced, 1_235)).toBe(117);
  });

  it('is none where not even one token is paid, and unbounded where the longest answer is', () => {
    expect(affordableOutputTokens(question, priced, 1_000)).toBe(0);
    expect(affordableOutputTokens({ ...question, maxOutputTokens: 50 }, priced, 1_050)).toBe(Infinity);
    expect(affordableOutputTokens(question, { local: true }, 0)).toBe(Infinity);
  });
});
