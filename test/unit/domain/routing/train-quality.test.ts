import { predictedQuality, qualityPredictor, type QualityModel } from '../../../../domain/routing/quality-model.ts';
import { trainQuality, type TrainingRow } from '../../../../domain/routing/train-quality.ts';

const card = { trainedAt: '2026-01-31', dataHash: 'abc', results: ['held out: fine'] };

/** `coder` is good at code only, `talker` at geography only. */
function rows(): TrainingRow[] {
  const towns = ['Paris', 'Rome', 'Oslo', 'Lima', 'Cairo', 'Delhi', 'Quito', 'Accra', 'Tunis', 'Hanoi'];
  const things = ['list', 'queue', 'string', 'matrix', 'graph', 'tree', 'heap', 'number', 'array', 'set'];
  return Array.from({ length: 200 }, (_, index) => {
    const code = index % 2 === 0;
    const word = (code ? things : towns)[Math.floor(index / 2) % 10];
    return {
      prompt: code
        ? `Write a function that sorts a ${word} (${index})`
        : `Which river flows through ${word}? (${index})`,
      inputTokens: 20,
      outputTokens: 100,
      scores: { coder: code ? 1 : 0, talker: code ? 0 : 1 },
    };
  });
}

const model = trainQuality(rows(), card);

describe('trainQuality', () => {
  it('learns which model is good at what, for prompts it has not seen', () => {
    const predict = qualityPredictor(model);
    const code = predict('Write a function that reverses a list').known;
    const river = predict('Which river flows through Vienna?').known;
    expect(code['coder']).toBeGreaterThan(code['talker']! + 0.2);
    expect(river['talker']).toBeGreaterThan(river['coder']! + 0.2);
  });

  it('gives the same artifact for the same rows, through JSON and back', () => {
    expect(trainQuality(rows(), card)).toEqual(model);
    const copy: QualityModel = JSON.parse(JSON.stringify(model));
    expect(qualityPredictor(copy)('Write a function')).toEqual(qualityPredictor(model)('Write a function'));
  });

  it('carries a card of what it was trained on', () => {
    expect(model.card).toMatchObject({ ...card, rows: 200, models: { coder: { rows: 100 + 100, meanScore: 0.5 } } });
  });

  it('holds no text of its training prompts', () => {
    expect(JSON.stringify(model)).not.toMatch(/river|Paris|queue/);
  });

  it('gives a model with few ratings no head of its own', () => {
    const few = rows().map((row, index) => (index < 10 ? { ...row, scores: { ...row.scores, fresh: 1 } } : row));
    expect(Object.keys(trainQuality(few, card).models)).toEqual(['coder', 'talker']);
  });

  it('learns how long answers are', () => {
    const lengths = rows().map((row, index) => ({ ...row, outputTokens: index % 2 ? 20 : 400 }));
    const predict = qualityPredictor(trainQuality(lengths, card));
    expect(predict('Write a function that sorts a stack').outputTokens).toBeGreaterThan(150);
    expect(predict('Which river flows through Vienna?').outputTokens).toBeLessThan(50);
  });

  it('finds ease for all in what all models do better', () => {
    const graded = rows().map((row, index) => ({ ...row, scores: index % 2 ? { a: 1, b: 1 } : { a: 0, b: 0 } }));
    const predict = qualityPredictor(trainQuality(graded, card));
    expect(predict('Which river flows through Vienna?').ease).toBeGreaterThan(
      predict('Write a function that sorts a stack').ease + 0.2,
    );
  });
});

describe('predictedQuality', () => {
  const easy = { ease: 0.3, known: { seen: 0.42 } };
  const hard = { ease: -0.3, known: {} };

  it('takes the learned figure of a model that was seen', () => {
    expect(predictedQuality(easy, 'seen', 0.9)).toBe(0.42);
  });

  it('moves the prior of an unseen model by the ease of the prompt, and keeps the order of priors', () => {
    expect(predictedQuality(easy, 'new', 0.7)).toBeGreaterThan(0.7);
    expect(predictedQuality(hard, 'new', 0.7)).toBeLessThan(0.7);
    expect(predictedQuality(hard, 'new', 0.8)).toBeGreaterThan(predictedQuality(hard, 'new', 0.7));
    expect(predictedQuality({ ease: 0, known: {} }, 'new', 0.7)).toBeCloseTo(0.7);
  });

  it('does not take names of object members for models', () => {
    expect(predictedQuality({ ease: 0, known: {} }, 'constructor', 0.6)).toBeCloseTo(0.6);
  });
});
