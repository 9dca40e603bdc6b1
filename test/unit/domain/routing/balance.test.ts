import {
  type Balance,
  firstBalance,
  type PoolModel,
  referenceOptions,
  targetShare,
} from '../../../../domain/routing/balance.ts';
import { predictedQuality, type ReferencePrompt } from '../../../../domain/routing/quality-model.ts';

function balanceOf(reference: readonly ReferencePrompt[], pool: readonly PoolModel[]): Balance {
  return firstBalance(referenceOptions(reference, pool));
}

describe('firstBalance', () => {
  const strong = { model: 'strong', prior: 0.85, price: { inputUsdPerMTok: 10, outputUsdPerMTok: 30 } };
  const weak = { model: 'weak', prior: 0.65, price: { inputUsdPerMTok: 0.2, outputUsdPerMTok: 0.2 } };
  const prompts = Array.from({ length: 100 }, (_, index) => ({
    inputTokens: 100 + index,
    outputTokens: 50,
    ease: (index % 10) / 20 - 0.25,
    quality: {},
  }));

  it('names the best model and its usual cost', () => {
    expect(balanceOf(prompts, [weak, strong])).toMatchObject({
      best: 'strong',
      referenceCostMicroUsd: 149.5 * 10 + 50 * 30,
    });
  });

  it('keeps the predicted cost to the target share, and not far under it', () => {
    const { weights, referenceCostMicroUsd } = balanceOf(prompts, [weak, strong]);
    const cost = (tokens: number, { price }: typeof weak): number =>
      tokens * price.inputUsdPerMTok + 50 * price.outputUsdPerMTok;
    const spent = prompts.map((prompt) => {
      const utility = (each: typeof weak): number =>
        predictedQuality({ ease: prompt.ease, known: {} }, each.model, each.prior) -
        (weights.cost * cost(prompt.inputTokens, each)) / referenceCostMicroUsd;
      return cost(prompt.inputTokens, utility(strong) > utility(weak) ? strong : weak);
    });
    const share = spent.reduce((sum, each) => sum + each, 0) / 100 / referenceCostMicroUsd;
    expect(share).toBeLessThanOrEqual(targetShare);
    expect(share).toBeGreaterThan(targetShare - 0.05);
  });

  it('lets no small saving outweigh quality where the target is out of reach', () => {
    const nearly = { ...weak, price: { inputUsdPerMTok: 9.9, outputUsdPerMTok: 29.7 } };
    const { weights, targetShare: aim } = balanceOf(prompts, [nearly, strong]);
    expect(aim).toBeGreaterThan(0.99);
    expect(weights.cost).toBeLessThan(100);
    const equal = balanceOf(prompts, [{ ...weak, price: strong.price }, strong]);
    expect(equal.weights.cost).toBeLessThan(0.1);
  });

  it("takes the operator's own figure for a model instead of what was learned about it", () => {
    const learned = prompts.map((prompt) => ({ ...prompt, quality: { strong: 0.9, weak: 0.5 } }));
    expect(balanceOf(learned, [weak, strong]).best).toBe('strong');
    expect(balanceOf(learned, [{ ...weak, prior: 0.95, isRated: true }, strong]).best).toBe('weak');
  });

  it('does not fail on free models or on no reference', () => {
    const free = { ...weak, price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 } };
    expect(balanceOf(prompts, [free]).weights.cost).toBeGreaterThan(0);
    expect(balanceOf([], [strong, weak]).weights.cost).toBeGreaterThan(0);
  });
});
