import { adaptQuality, type FeedbackRow } from '../../../../domain/routing/adapt-quality.ts';
import { promptFeatures } from '../../../../domain/routing/prompt-vector.ts';
import { qualityModelVersion, qualityPredictor } from '../../../../domain/routing/quality-model.ts';
import { trainQuality } from '../../../../domain/routing/train-quality.ts';

const topics = ['parcel returns and refunds', 'opening hours of shops', 'spare parts for bicycles', 'gift cards'];
const promptOf = (at: number) => `Question ${at} about ${topics[at % topics.length]}: what should I do?`;
const base = trainQuality(
  Array.from({ length: 120 }, (_, at) => ({
    prompt: promptOf(at),
    inputTokens: 12,
    outputTokens: 100,
    scores: { light: 0.6, large: 0.9 },
  })),
  { trainedAt: '2026-01-01', dataHash: 'a'.repeat(64), results: [] },
);
const card = { trainedAt: '2026-02-01', dataHash: 'b'.repeat(64) };
const row = (model: string, prompt: string, score: number): FeedbackRow => ({
  model,
  features: promptFeatures(prompt, base.hashBits),
  score,
});
/** Bad on parcels, good on everything else. */
const rows = Array.from({ length: 80 }, (_, at) => row('light', promptOf(at), at % topics.length === 0 ? 0 : 1));
const quality = (model: typeof base, name: string, prompt: string) =>
  qualityPredictor(model)(prompt).known[name] ?? NaN;

describe('a quality model that learns from feedback', () => {
  const adapted = adaptQuality(base, rows, card);

  it('expects less of a model where its answers were bad, and more where they were good', () => {
    const [parcels, hours] = [promptOf(400), promptOf(401)];
    expect(quality(adapted, 'light', parcels)).toBeLessThan(quality(base, 'light', parcels) - 0.05);
    expect(quality(adapted, 'light', hours)).toBeGreaterThan(quality(base, 'light', hours) + 0.05);
  });

  it('leaves other models as they were', () => {
    expect(adapted.models['large']).toEqual(base.models['large']);
  });

  it('is not moved far by one voice', () => {
    const one = adaptQuality(base, [row('light', promptOf(0), 0)], card);
    expect(Math.abs(quality(one, 'light', promptOf(0)) - quality(base, 'light', promptOf(0)))).toBeLessThan(0.1);
  });

  it('learns of a model that training has not seen, once there is enough', () => {
    const of = (count: number) => Array.from({ length: count }, (_, at) => row('own-model', promptOf(at), 0.2));
    expect(adaptQuality(base, of(5), card).models['own-model']).toBeUndefined();
    expect(quality(adaptQuality(base, of(40), card), 'own-model', promptOf(3))).toBeLessThan(0.35);
  });

  it('says on its card what it learned from and how it did on answers held out', () => {
    expect(adapted.card).toMatchObject({ trainedAt: '2026-02-01', rows: 200 });
    expect(adapted.card.models['light']).toMatchObject({ rows: 200 });
    const [line = ''] = adapted.card.results;
    const [, before, after] = /error ([\d.]+) before, ([\d.]+) after/.exec(line) ?? [];
    expect(Number(after)).toBeLessThan(Number(before));
    expect(qualityModelVersion(adapted)).toBe('2026-02-01-bbbbbbbb');
  });

  it('is the same for the same rows', () => {
    expect(adaptQuality(base, rows, card)).toEqual(adapted);
  });
});
