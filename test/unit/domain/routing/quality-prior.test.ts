import { qualityPrior } from '../../../../domain/routing/quality-prior.ts';

describe('qualityPrior', () => {
  it('thinks more of a dearer model, and of one that reasons', () => {
    const cheap = qualityPrior({ price: { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.4 } });
    const dear = qualityPrior({ price: { inputUsdPerMTok: 5, outputUsdPerMTok: 30 } });
    const reasoning = qualityPrior({
      price: { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.4 },
      capabilities: ['reasoning'],
    });
    expect(dear).toBeGreaterThan(cheap);
    expect(reasoning).toBeGreaterThan(cheap);
  });

  it('stays a chance for free, absurdly dear and unknown models', () => {
    for (const price of [0, 1e9]) {
      const prior = qualityPrior({ price: { inputUsdPerMTok: price, outputUsdPerMTok: price } });
      expect(prior).toBeGreaterThan(0);
      expect(prior).toBeLessThan(1);
    }
    expect(qualityPrior(undefined)).toBe(0.5);
  });
});
