/**
 * What the learned router is worth on prompts, subjects and models it has not seen.
 *
 *   npm run bench:router -- --data DIR [--seeds 5] [--picture docs/images/router-curve.svg]
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { QualityModel } from '../../domain/routing/quality-model.ts';
import { readSources, type Row, type Source } from './dataset.ts';
import { evaluate, together, type Evaluation } from './evaluate.ts';
import { line, panel, table } from './report.ts';
import { decideTimes, rankTimes } from './speed.ts';
import { holdOut, partition } from './splits.ts';
import { picture } from './svg.ts';
import { trainOn } from './train-on.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    picture: { type: 'string', default: 'docs/images/router-curve.svg' },
  },
});
if (!options.data) throw new Error('usage: npm run bench:router -- --data DIR [--seeds N] [--picture FILE]');

function quick(rows: readonly Row[]): QualityModel {
  return trainOn(rows, { trainedAt: '', results: [] });
}

/** Trained on the training part of all sources together, judged on the held-out part of each. */
function heldOut(sources: readonly Source[], seed: number): Evaluation[] {
  const splits = sources.map((source) => ({ source, ...holdOut(source.rows, seed) }));
  const model = quick(splits.flatMap((split) => split.train));
  return splits.map(({ source, train, test }) => evaluate(test, train, source.models, model));
}

/** Trained on the other sources alone: no model of this one was ever seen, only its prior is known. */
function unseenModels(sources: readonly Source[], source: Source): Evaluation {
  const others = sources.filter((each) => each !== source).flatMap((each) => each.rows);
  const { test } = holdOut(source.rows, 1);
  return evaluate(test, others, source.models, quick(others));
}

function leaveTaskOut(sources: readonly Source[]): { task: string; evaluation: Evaluation }[] {
  return sources.flatMap((source) => {
    const tasks = [...new Set(source.rows.map((row) => row.task))];
    if (tasks.length === 1) return [];
    const others = sources.filter((each) => each !== source).flatMap((each) => each.rows);
    return tasks.map((task) => {
      const { train, test } = partition(source.rows, (row) => row.task === task);
      return { task, evaluation: evaluate(test, train, source.models, quick([...others, ...train])) };
    });
  });
}

const sources = readSources(options.data);
const seeds = Array.from({ length: Number(options.seeds) }, (_, index) => index + 1);
const runs = seeds.map((seed) => heldOut(sources, seed));

console.log(`## Held-out prompts (mean and standard deviation of ${seeds.length} splits)\n`);
sources.forEach((source, at) =>
  console.log(
    table(
      source.name,
      runs.map((run) => run[at]!),
    ),
  ),
);
console.log(table('all sources together', runs.map(together)));

if (sources.length > 1) {
  console.log('## Models never seen in training, by their prior\n');
  for (const source of sources) console.log(table(source.name, [unseenModels(sources, source)]));
}

const tasks = leaveTaskOut(sources);
if (tasks.length > 0) {
  console.log('## One task left out of training\n');
  for (const { task, evaluation } of tasks) console.log(`- ${line(`${task} (${evaluation.rows})`, [evaluation])}`);
  console.log(`\n${table('all left-out tasks together', [together(tasks.map((each) => each.evaluation))])}`);
}

const decided = await decideTimes();
console.log(
  `decide() with live state of ${decided.deployments} deployments: p50 ${decided.p50Ms.toFixed(3)} ms, p95 ${decided.p95Ms.toFixed(3)} ms`,
);
const times = rankTimes();
console.log(
  `rank() over ${times.deployments} deployments: p50 ${times.p50Ms.toFixed(3)} ms, p95 ${times.p95Ms.toFixed(3)} ms`,
);

mkdirSync(dirname(options.picture), { recursive: true });
writeFileSync(
  options.picture,
  picture(sources.map((source, at) => panel(`${source.name}, held out (seed 1)`, runs[0]![at]!))),
);
console.log(`picture: ${options.picture}`);
