/**
 * Fits domain/privacy/names-zh/weights.ts: logistic regression over the features of every possible full name in the
 * sentences of invented-sentences-zh.ts and in the data sets named on the command line (`FILE` or `FILE:WEIGHT`).
 * Prints the file. The weights in use were fitted, in test/fixtures/privacy, with
 *
 *   node bench/privacy/fit-person-zh.ts pii_zh.jsonl:4 hard_zh.jsonl written_zh.jsonl
 */
import { createChineseContext, isFunctionUnit, isHan } from '../../domain/privacy/names-zh/dictionary.ts';
import { acceptAt, describeFullName, surnameLength } from '../../domain/privacy/names-zh/score-name.ts';
import { features, type Feature } from '../../domain/privacy/names-zh/weights.ts';
import { readDataSet, type LabelledText } from './data-set.ts';
import { inventedSentencesZh } from './invented-sentences-zh.ts';

interface Example {
  marks: number[];
  isName: boolean;
  weight: number;
}

const steps = 1200;
const stepSize = 0.4;
const ridge = 0.00005;
/** A missed name costs more than a masked word. */
const nameWeight = 3;
/** Each invented sentence with names is filled so many times, which together count as one. */
const inventedCopies = 4;
/** Running text has far more words that look like names than the marked sets, which are made of names. */
const withoutNamesWeight = 2;

const examples = [
  ...inventedSentencesZh(inventedCopies, 20_261_123).flatMap((text) =>
    examplesOf(text, text.spans.length > 0 ? 1 / inventedCopies : withoutNamesWeight),
  ),
  ...process.argv.slice(2).flatMap((argument) => {
    const [path = '', weight = '1'] = argument.split(':');
    return readDataSet(path).flatMap((text) => examplesOf(text, Number(weight)));
  }),
];
const { bias, weights } = fit(examples);
process.stdout.write(`/** What can be said about a possible full name; score-name.ts says when. */
export const features = [
${features.map((feature) => `  '${feature}',`).join('\n')}
] as const;

export type Feature = (typeof features)[number];

/**
 * How much each feature speaks for (positive) or against a name: log-odds, fitted by bench/privacy/fit-person-zh.ts,
 * rounded to one decimal. Fitted with pii_zh.jsonl (weight 4), hard_zh.jsonl and written_zh.jsonl of
 * test/fixtures/privacy and the sentences of bench/privacy/invented-sentences-zh.ts, all CC0, and nothing else.
 */
export const weights: Readonly<Record<Feature, number>> = {
${features.map((feature) => `  '${feature}': ${weights[feature].toFixed(1)},`).join('\n')}
};

/** Points of a candidate of which nothing is known: even odds are \`acceptAt\` points. */
export const bias = ${(bias + acceptAt).toFixed(1)};
`);

/** Every surname with one to three characters behind it. */
function examplesOf({ text, spans }: LabelledText, weight: number): Example[] {
  const context = createChineseContext(text);
  const found: Example[] = [];
  for (let start = 0; start < text.length; start += 1) {
    const size = isHan(text, start) ? surnameLength(text, start) : 0;
    if (size === 0) continue;
    for (let end = start + size + 1; end <= start + size + 3; end += 1) {
      if (!isHan(text, end - 1) || isFunctionUnit(text.charCodeAt(end - 1))) break;
      const marks: number[] = [];
      describeFullName(context, start, end, size, (feature) => void marks.push(feature));
      const isName = spans.some((span) => span.type === 'PERSON' && span.start === start && span.end === end);
      found.push({ marks, isName, weight: weight * (isName ? nameWeight : 1) });
    }
  }
  return found;
}

function fit(all: readonly Example[]): { bias: number; weights: Record<Feature, number> } {
  const rows = all.map(({ marks, ...rest }) => ({ ...rest, at: marks }));
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const values = new Float64Array(features.length);
  const slopes = new Float64Array(features.length);
  const scale = new Float64Array(features.length).fill(1e-8);
  let offset = 0;
  let offsetScale = 1e-8;
  for (let step = 0; step < steps; step += 1) {
    slopes.set(values.map((value) => ridge * value));
    let offsetSlope = 0;
    for (const { at, isName, weight } of rows) {
      let odds = offset;
      for (const i of at) odds += values[i] ?? 0;
      const error = ((1 / (1 + Math.exp(-odds)) - (isName ? 1 : 0)) * weight) / total;
      for (const i of at) slopes[i] = (slopes[i] ?? 0) + error;
      offsetSlope += error;
    }
    // Adagrad: features are of very different frequency.
    for (let i = 0; i < values.length; i += 1) {
      const slope = slopes[i] ?? 0;
      scale[i] = (scale[i] ?? 0) + slope * slope;
      values[i] = (values[i] ?? 0) - (stepSize * slope) / Math.sqrt(scale[i] ?? 1);
    }
    offsetScale += offsetSlope * offsetSlope;
    offset -= (stepSize * offsetSlope) / Math.sqrt(offsetScale);
  }
  return {
    bias: offset,
    weights: Object.fromEntries(features.map((feature, i) => [feature, values[i] ?? 0])) as Record<Feature, number>,
  };
}
