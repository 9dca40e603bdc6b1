/**
 * Fits domain/privacy/names-en/weights.ts: logistic regression over the features of every possible name, on invented
 * sentences and the data sets named on the command line. Prints the file.
 *
 *   node bench/privacy/fit-person-en.ts DIR/presidio_en.jsonl DIR/medical_en.jsonl > domain/privacy/names-en/weights.ts
 */
import { createDetector } from '../../domain/privacy/detect.ts';
import { describeRun, features, type Feature } from '../../domain/privacy/names-en/features.ts';
import { findRuns } from '../../domain/privacy/names-en/runs.ts';
import { tokenize } from '../../domain/privacy/names-en/tokens.ts';
import { readDataSet, type LabelledText } from './data-set.ts';
import { inventedSentences } from './invented-sentences.ts';

interface Example {
  features: ReadonlySet<Feature>;
  isName: boolean;
  weight: number;
}

const steps = 1500;
const stepSize = 0.3;
const ridge = 0.0015;
const inventedWeight = 0.5;

const examples = [
  ...process.argv.slice(2).flatMap((path) => examplesOf(readDataSet(path), 1)),
  ...examplesOf(inventedSentences(8, 7), inventedWeight),
];
const { bias, weights } = fit(examples);
process.stdout.write(`import type { Feature } from './features.ts';

/**
 * How much each feature speaks for (positive) or against a name: log-odds, fitted by bench/privacy/fit-person-en.ts on
 * the developer part of presidio-research's sentences and on invented ones, rounded to one decimal.
 */
export const weights: Readonly<Record<Feature, number>> = {
${features.map((feature) => `  ${feature}: ${weights[feature].toFixed(1)},`).join('\n')}
};

/** Log-odds of a run of which nothing is known. */
export const bias = ${bias.toFixed(1)};

/** Log-odds from which on a run is taken for a name; a missed name costs more than a masked place. */
export const acceptAt = -0.5;
`);

/** Every possible name of the texts; each sentence pattern weighs the same however often it was filled. */
function examplesOf(texts: readonly LabelledText[], weight: number): Example[] {
  const other = createDetector({ entities: ['address', 'email', 'phone', 'bank_card', 'secret', 'ip'] });
  const found = texts.flatMap(({ id, template, text, spans }) => {
    const tokens = tokenize(text);
    const taken = other(text);
    return findRuns(text, tokens).flatMap((run) => {
      const start = tokens[run.first]?.start ?? 0;
      const end = tokens[run.last]?.end ?? 0;
      const overlaps = (span: { start: number; end: number }): boolean => span.start < end && start < span.end;
      if (run.titleStart !== undefined || taken.some(overlaps)) return [];
      const isName = spans.some((span) => span.type === 'PERSON' && overlaps(span));
      const holding = new Set<Feature>();
      describeRun(text, tokens, run, (feature, holds) => holds && holding.add(feature));
      return [{ pattern: String(template ?? id), features: holding, isName }];
    });
  });
  const sizes = new Map<string, number>();
  for (const { pattern } of found) sizes.set(pattern, (sizes.get(pattern) ?? 0) + 1);
  return found.map(({ pattern, ...example }) => ({ ...example, weight: weight / Math.sqrt(sizes.get(pattern) ?? 1) }));
}

function all(value: number): Record<Feature, number> {
  const record: Partial<Record<Feature, number>> = {};
  for (const feature of features) record[feature] = value;
  return record as Required<typeof record>;
}

/** Gradient descent with per-weight step sizes (AdaGrad) on the ridge-regularised log loss. */
function fit(data: readonly Example[]): { bias: number; weights: Record<Feature, number> } {
  const fitted = all(0);
  const squares = all(1e-8);
  let intercept = 0;
  let interceptSquares = 1e-8;
  const total = data.reduce((sum, { weight }) => sum + weight, 0);
  for (let step = 0; step < steps; step += 1) {
    const gradient = all(0);
    let interceptGradient = 0;
    for (const example of data) {
      let logOdds = intercept;
      for (const feature of example.features) logOdds += fitted[feature];
      const error = ((1 / (1 + Math.exp(-logOdds)) - Number(example.isName)) * example.weight) / total;
      interceptGradient += error;
      for (const feature of example.features) gradient[feature] += error;
    }
    for (const feature of features) {
      const slope = gradient[feature] + ridge * fitted[feature];
      squares[feature] += slope ** 2;
      fitted[feature] -= (stepSize * slope) / Math.sqrt(squares[feature]);
    }
    interceptSquares += interceptGradient ** 2;
    intercept -= (stepSize * interceptGradient) / Math.sqrt(interceptSquares);
  }
  return { bias: intercept, weights: fitted };
}
