import type { Point } from './curve.ts';
import type { Evaluation } from './evaluate.ts';
import type { Panel } from './svg.ts';

const routers = {
  'always best': (each: Evaluation) => each.best,
  'always cheapest': (each: Evaluation) => each.cheapest,
  random: (each: Evaluation) => each.random,
  oracle: (each: Evaluation) => each.oracle,
  'straight line, same cost': (each: Evaluation) => each.line,
  'TF-IDF kNN, same cost': (each: Evaluation) => each.neighboursAtSameCost,
  'ours, balanced': (each: Evaluation) => each.balanced,
  'ours, balanced, only asked (/v1/route)': (each: Evaluation) => each.balancedUnanswered,
} satisfies Record<string, (each: Evaluation) => Point>;

function percent(value: number): string {
  return (100 * value).toFixed(1);
}

function meanAndDeviation(values: readonly number[]): string {
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1);
  return values.length === 1 ? `${percent(centre)}%` : `${percent(centre)}% ± ${percent(Math.sqrt(variance))}`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A Markdown table of every router, each figure the mean over `evaluations` and its standard deviation. */
export function table(title: string, evaluations: readonly Evaluation[]): string {
  const rows = Object.entries(routers).map(([name, pick]) => {
    const points = evaluations.map(pick);
    const cells = [
      name,
      mean(points.map((point) => point.quality)).toFixed(4),
      (1000 * mean(points.map((point) => point.costUsd))).toFixed(4),
      meanAndDeviation(evaluations.map((each) => pick(each).quality / each.best.quality)),
      meanAndDeviation(evaluations.map((each) => pick(each).costUsd / each.best.costUsd)),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `### ${title}`,
    '',
    '| router | mean score | USD / 1000 prompts | score, share of best | cost, share of best |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    `${areas(evaluations)}; prediction p50 ${mean(evaluations.map((each) => each.predictMs.p50)).toFixed(3)} ms, p95 ${mean(evaluations.map((each) => each.predictMs.p95)).toFixed(3)} ms`,
    '',
  ].join('\n');
}

function areas(evaluations: readonly Evaluation[]): string {
  const known = evaluations.filter((each) => each.curve.length > 0);
  if (known.length === 0) return 'area under the curve: not defined over several sources';
  const ours = meanAndDeviation(known.map((each) => each.areaOurs));
  const neighbours = meanAndDeviation(known.map((each) => each.areaNeighbours));
  return `area under the quality–cost curve: ours ${ours}, TF-IDF kNN ${neighbours}`;
}

/** One line of figures, for long lists of splits and for a model card. */
export function line(title: string, evaluations: readonly Evaluation[]): string {
  const quality = meanAndDeviation(evaluations.map((each) => each.balanced.quality / each.best.quality));
  const cost = meanAndDeviation(evaluations.map((each) => each.balanced.costUsd / each.best.costUsd));
  return `${title}: balanced keeps ${quality} of always-best at ${cost} of its cost; ${areas(evaluations)}`;
}

export function panel(title: string, evaluation: Evaluation): Panel {
  return {
    title,
    series: [
      { label: 'ours', colour: '#0a6ebd', points: evaluation.curve, kind: 'line' },
      { label: 'TF-IDF kNN', colour: '#d1702f', points: evaluation.neighbourCurve, kind: 'line' },
      { label: 'cheapest–best', colour: '#999', points: [evaluation.cheapest, evaluation.best], kind: 'dashed' },
      { label: 'balanced', colour: '#0a6ebd', points: [evaluation.balanced], kind: 'dot' },
      { label: 'random', colour: '#999', points: [evaluation.random], kind: 'dot' },
      { label: 'oracle', colour: '#2b8a3e', points: [evaluation.oracle], kind: 'dot' },
    ],
  };
}
