import { type PromptOptions, referenceOptions, targetShare } from '../../../../domain/routing/balance.ts';
import { createPacer, type Pacer } from '../../../../domain/routing/pacing.ts';

const strong = { model: 'strong', prior: 0.85, price: { inputUsdPerMTok: 10, outputUsdPerMTok: 30 } };
const weak = { model: 'weak', prior: 0.65, price: { inputUsdPerMTok: 0.2, outputUsdPerMTok: 0.2 } };
const prompts = Array.from({ length: 100 }, (_, index) => ({
  inputTokens: 100 + index,
  outputTokens: 50,
  ease: (index % 10) / 20 - 0.25,
  quality: {},
}));
const newPacer = (): Pacer => createPacer(referenceOptions(prompts, [weak, strong]));

/** What a prompt whose answer by the strong model is better by `gap` is expected to cost on each model. */
const dearCost = 1_000;
const cheapCost = 20;
function prompt(gap: number): PromptOptions {
  const options = [
    { quality: 0.6 + gap, costMicroUsd: dearCost },
    { quality: 0.6, costMicroUsd: cheapCost },
  ];
  return { options, bestMicroUsd: dearCost };
}

function send(pacer: Pacer, gap: number, billedDear = dearCost): { spent: number; best: number } {
  const { weights, referenceCostMicroUsd } = pacer.balance();
  const takesStrong = gap > (weights.cost * (dearCost - cheapCost)) / referenceCostMicroUsd;
  const chosenMicroUsd = takesStrong ? dearCost : cheapCost;
  pacer.sent(prompt(gap), chosenMicroUsd);
  const billed = { chosenMicroUsd: takesStrong ? billedDear : cheapCost, bestMicroUsd: billedDear };
  if (billedDear !== dearCost) pacer.answered({ chosenMicroUsd, bestMicroUsd: dearCost }, billed);
  return { spent: billed.chosenMicroUsd, best: billed.bestMicroUsd };
}

/** Share of always-best's cost that `count` prompts with gaps from `low` to `high` took. */
function shareOf(pacer: Pacer, count: number, [low, high]: [number, number], billedDear?: number): number {
  const sums = { spent: 0, best: 0 };
  for (let index = 0; index < count; index++) {
    const { spent, best } = send(pacer, low + ((high - low) * ((index * 37) % 100)) / 100, billedDear);
    sums.spent += spent;
    sums.best += best;
  }
  return sums.spent / sums.best;
}

describe('the pacer', () => {
  it.each<[string, [number, number]]>([
    ['wide as the reference', [0, 0.4]],
    ['that all gain much', [0.5, 0.6]],
    ['that are all the same', [0.2, 0.2]],
  ])('keeps traffic of prompts %s at the target share', (_, gaps) => {
    expect(Math.abs(shareOf(newPacer(), 1_500, gaps) - targetShare)).toBeLessThan(0.02);
  });

  it('spends next to nothing where nothing is gained by it', () => {
    expect(shareOf(newPacer(), 500, [0.001, 0.002])).toBeLessThan(0.03);
  });

  it('makes good what was spent too much, and without starving the prompts that gain most', () => {
    const pacer = newPacer();
    for (let at = 0; at < 60; at++) pacer.sent({ options: [], bestMicroUsd: dearCost }, dearCost);
    const after = shareOf(pacer, 200, [0, 0.4]);
    expect(after).toBeLessThan(targetShare - 0.03);
    expect(after).toBeGreaterThan(0.05);
  });

  it('is not thrown off for long by one giant request', () => {
    const pacer = newPacer();
    shareOf(pacer, 200, [0, 0.4]);
    const options = [
      { quality: 0.9, costMicroUsd: 1e9 },
      { quality: 0.5, costMicroUsd: 1e7 },
    ];
    pacer.sent({ options, bestMicroUsd: 1e9 }, 1e9);
    shareOf(pacer, 50, [0, 0.4]);
    expect(Math.abs(shareOf(pacer, 300, [0, 0.4]) - targetShare)).toBeLessThan(0.03);
  });

  it('keeps the share of what is billed where answers cost more than was predicted', () => {
    const pacer = newPacer();
    shareOf(pacer, 500, [0, 0.4], 4 * dearCost);
    expect(Math.abs(shareOf(pacer, 1_500, [0, 0.4], 4 * dearCost) - targetShare)).toBeLessThan(0.02);
  });

  it('gives the strong model to the prompts that gain most by it', () => {
    const pacer = newPacer();
    shareOf(pacer, 400, [0, 0.4]);
    const { weights, referenceCostMicroUsd } = pacer.balance();
    const threshold = (weights.cost * (dearCost - cheapCost)) / referenceCostMicroUsd;
    expect(threshold).toBeGreaterThan(0.15);
    expect(threshold).toBeLessThan(0.3);
  });

  it('follows prompts that are only asked about while it has had few requests', () => {
    const pacer = newPacer();
    const { weights } = pacer.balance();
    for (let at = 0; at < 200; at++) pacer.asked(prompt(0.9), dearCost);
    expect(pacer.balance().weights.cost).toBeGreaterThan(10 * weights.cost);
  });

  it('does not let questions move requests once there are enough of these', () => {
    const pacer = newPacer();
    for (let at = 0; at < 20; at++) pacer.asked(prompt(0.001), cheapCost);
    shareOf(pacer, 200, [0, 0.4]);
    const { weights } = pacer.balance();
    for (let at = 0; at < 1_000; at++) pacer.asked(prompt(0.001), cheapCost);
    expect(pacer.balance().weights).toEqual(weights);
    expect(Math.abs(shareOf(pacer, 500, [0, 0.4]) - targetShare)).toBeLessThan(0.02);
  });

  it('spends nothing on free models and fails on nothing', () => {
    const free = { ...weak, price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 } };
    const pacer = createPacer(referenceOptions([], [free]));
    for (let at = 0; at < 20; at++) pacer.sent({ options: [{ quality: 0.5, costMicroUsd: 0 }], bestMicroUsd: 0 }, 0);
    expect(pacer.balance().weights.cost).toBeGreaterThan(0);
  });
});
