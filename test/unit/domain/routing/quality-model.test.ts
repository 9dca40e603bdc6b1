import { readFileSync } from 'node:fs';
import { qualityPredictor, type QualityModel } from '../../../../domain/routing/quality-model.ts';

const file = new URL('../../../../config/catalogue/quality-model.json', import.meta.url);
const model: QualityModel = JSON.parse(readFileSync(file, 'utf8'));
const predict = qualityPredictor(model);

describe('the shipped quality model', () => {
  it('says of what, when and how well it was trained', () => {
    expect(model.card.trainedAt).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(model.card.dataHash).toMatch(/^[0-9a-f]{64}$/);
    expect(model.card.results.length).toBeGreaterThan(0);
  });

  it('thinks more of the larger model of a pair', () => {
    const { known } = predict(
      'Which enzyme unwinds DNA during replication?\nA. Ligase\nB. Helicase\nC. Primase\nD. Lipase\nAnswer:',
    );
    expect(known['gpt-4-1106-preview']).toBeGreaterThan(known['mistralai/Mixtral-8x7B-Instruct-v0.1']!);
  });

  it('thinks less of a small model that cannot program when asked for a program', () => {
    const { known, outputTokens } = predict('Write a python function to find the second largest number in a list.');
    expect(known['mistral-7b-instruct-v0.3']).toBeLessThan(known['qwen2.5-7b-instruct']! - 0.2);
    expect(outputTokens).toBeGreaterThan(80);
  });

  it.each(['', ' ', '?'.repeat(100_000), '汉'.repeat(100_000), 'word '.repeat(100_000), '\ud800', '\u0000'])(
    'stays a chance on strange input (%#)',
    (prompt) => {
      const { ease, known, outputTokens } = predict(prompt);
      expect(Math.abs(ease)).toBeLessThan(1);
      expect(outputTokens).toBeGreaterThanOrEqual(1);
      for (const chance of Object.values(known)) {
        expect(chance).toBeGreaterThanOrEqual(0.01);
        expect(chance).toBeLessThanOrEqual(0.99);
      }
    },
  );
});
