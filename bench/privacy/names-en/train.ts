import { seededRandom } from '../../../test/chaos/seeded-random.ts';
import type { LabelledText } from '../data-set.ts';
import { examplesOf } from './examples.ts';
import type { Random } from './invented-names.ts';
import { shuffle } from '../shuffle.ts';
import { renamePersons } from './rename-persons.ts';

/** A network as `NameModel` describes it, with numbers of full precision. */
export interface TrainedModel {
  bias: number;
  offset: Float32Array;
  output: Float32Array;
  features: Int32Array;
  /** One for each feature. */
  direct: Float32Array;
  /** `offset.length` for each feature. */
  inward: Float32Array;
}

export interface TrainingSet {
  texts: readonly LabelledText[];
  weight: number;
}

/** So many networks of so many hidden units are trained from different beginnings and averaged. */
const members = 4;
const hiddenUnits = 4;
/** A text with names is seen so often, each time but the first about other people; together they count as one. */
const copies = 4;
/** Texts of one pattern together weigh as this power of their number. */
const patternPower = 0.3;
/** Features are learnt from so many different patterns on. */
const leastPatterns = 3;
const epochs = 6;
const stepSize = 0.05;
/** Share of the features that are left out each time an example is seen, so that none is relied on alone. */
const leftOut = 0.25;
const ridge = 1e-5;

interface WeightedExample {
  features: Int32Array;
  isName: boolean;
  weight: number;
  pattern: string;
}

/** Trains a model; the same sets and seed give the same numbers. */
export function trainNameModel(sets: readonly TrainingSet[], seed: number): TrainedModel {
  const random = seededRandom(seed).next;
  const examples = sets.flatMap((set) => weightedExamples(set, random));
  const features = frequentFeatures(examples);
  const rows = new Map([...features].map((feature, row) => [feature, row]));
  const mean = examples.reduce((sum, { weight }) => sum + weight, 0) / examples.length;
  const known = examples.map((example) => ({
    rows: example.features.map((feature) => rows.get(feature) ?? -1).filter((row) => row >= 0),
    isName: example.isName,
    weight: example.weight / mean,
  }));
  return average(
    Array.from({ length: members }, () => {
      const model = beginning(features, random);
      descend(model, known, random);
      return model;
    }),
  );
}

function beginning(features: Int32Array, random: Random): TrainedModel {
  return {
    bias: 0,
    offset: new Float32Array(hiddenUnits).fill(0.05),
    output: Float32Array.from({ length: hiddenUnits }, (_, unit) => (unit % 2 === 0 ? -1 : 1) * (0.5 + 0.5 * random())),
    features,
    direct: new Float32Array(features.length),
    inward: Float32Array.from({ length: features.length * hiddenUnits }, () => (random() - 0.5) * 0.1),
  };
}

/** One network that says the mean of what the others say: all their hidden units side by side. */
function average(models: readonly TrainedModel[]): TrainedModel {
  const features = models[0]?.features ?? new Int32Array(0);
  const share = 1 / models.length;
  const mean = (of: (model: TrainedModel) => number): number =>
    models.reduce((sum, model) => sum + of(model) * share, 0);
  return {
    bias: mean(({ bias }) => bias),
    offset: Float32Array.from(models.flatMap(({ offset }) => [...offset])),
    output: Float32Array.from(models.flatMap(({ output }) => [...output].map((value) => value * share))),
    features,
    direct: Float32Array.from({ length: features.length }, (_, row) => mean(({ direct }) => direct[row] ?? 0)),
    inward: Float32Array.from({ length: features.length * hiddenUnits * models.length }, (_, at) => {
      const unit = at % (hiddenUnits * models.length);
      const row = (at - unit) / (hiddenUnits * models.length);
      return models[Math.floor(unit / hiddenUnits)]?.inward[row * hiddenUnits + (unit % hiddenUnits)] ?? 0;
    }),
  };
}

function patternOf({ id, template }: LabelledText): string {
  return String(template ?? id);
}

function weightedExamples({ texts, weight }: TrainingSet, random: Random): WeightedExample[] {
  const sizes = new Map<string, number>();
  for (const text of texts) sizes.set(patternOf(text), (sizes.get(patternOf(text)) ?? 0) + 1);
  return texts.flatMap((text) => {
    const pattern = patternOf(text);
    const named = text.spans.some(({ type }) => type === 'PERSON');
    const times = named ? copies : 1;
    const share = (weight * (sizes.get(pattern) ?? 1) ** (patternPower - 1)) / times;
    return Array.from({ length: times }, (_, copy) => (copy === 0 ? text : renamePersons(text, random))).flatMap(
      (version) => examplesOf(version).map((example) => ({ ...example, weight: share, pattern })),
    );
  });
}

function frequentFeatures(examples: readonly WeightedExample[]): Int32Array {
  const patterns = new Map<number, { count: number; last: string }>();
  for (const { features, pattern } of examples) {
    for (const feature of features) {
      const seen = patterns.get(feature) ?? { count: 0, last: '' };
      if (seen.last !== pattern) patterns.set(feature, { count: seen.count + 1, last: pattern });
    }
  }
  return Int32Array.from([...patterns].filter(([, { count }]) => count >= leastPatterns).map(([feature]) => feature));
}

interface KnownExample {
  rows: Int32Array;
  isName: boolean;
  weight: number;
}

/** Stochastic gradient descent with a step size for each number (AdaGrad) on the ridge-regularised log loss. */
function descend(model: TrainedModel, examples: KnownExample[], random: Random): void {
  const { offset, output, direct, inward } = model;
  const hidden = offset.length;
  const squares = {
    bias: 1e-6,
    offset: new Float32Array(hidden).fill(1e-6),
    output: new Float32Array(hidden).fill(1e-6),
    direct: new Float32Array(direct.length).fill(1e-6),
    inward: new Float32Array(inward.length).fill(1e-6),
  };
  const units = new Float32Array(hidden);
  const active = new Int32Array(1000);
  let rate = stepSize;
  const step = (values: Float32Array, sums: Float32Array, at: number, slope: number): void => {
    sums[at]! += slope * slope;
    values[at]! -= (rate * slope) / Math.sqrt(sums[at]!);
  };
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(examples, random);
    rate = stepSize * (1 - (0.8 * epoch) / epochs);
    for (const { rows, isName, weight } of examples) {
      let count = 0;
      for (const row of rows) if (random() >= leftOut) active[count++] = row;
      let logOdds = model.bias;
      units.set(offset);
      for (let i = 0; i < count; i += 1) {
        const row = active[i]!;
        logOdds += direct[row]!;
        for (let unit = 0; unit < hidden; unit += 1) units[unit]! += inward[row * hidden + unit]!;
      }
      for (let unit = 0; unit < hidden; unit += 1) logOdds += Math.max(0, units[unit]!) * output[unit]!;
      const error = (1 / (1 + Math.exp(-logOdds)) - Number(isName)) * weight;
      if (Math.abs(error) < 1e-4) continue;
      squares.bias += error * error;
      model.bias -= (rate * error) / Math.sqrt(squares.bias);
      for (let i = 0; i < count; i += 1) {
        const row = active[i]!;
        step(direct, squares.direct, row, error + ridge * direct[row]!);
      }
      for (let unit = 0; unit < hidden; unit += 1) {
        if (units[unit]! <= 0) continue;
        const inner = error * output[unit]!;
        step(output, squares.output, unit, error * units[unit]!);
        step(offset, squares.offset, unit, inner);
        for (let i = 0; i < count; i += 1) {
          const at = active[i]! * hidden + unit;
          step(inward, squares.inward, at, inner + ridge * inward[at]!);
        }
      }
    }
  }
}
