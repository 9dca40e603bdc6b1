/**
 * Trains the quality model on all rows of a folder; the card's results come from splits of the same rows. Or teaches the
 * shipped model what owners said of answers (`POST /v1/requests/{id}/feedback`).
 *
 *   npm run router:train -- --data DIR --out FILE [--date 2026-01-31] [--seeds 3]
 *   npm run router:train -- --feedback [--out FILE] [--date 2026-01-31]
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readSources } from './dataset.ts';
import { evaluate } from './evaluate.ts';
import { line } from './report.ts';
import { holdOut } from './splits.ts';
import { trainOnFeedback } from './train-feedback.ts';
import { trainOn } from './train-on.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
    seeds: { type: 'string', default: '3' },
    feedback: { type: 'boolean', default: false },
  },
});
if (options.feedback) await trainOnFeedback(options.date, options.out);
else if (options.data && options.out) trainOnFolder(options.data, options.out);
else throw new Error('usage: npm run router:train -- --data DIR --out FILE [--date DATE], or --feedback');

function trainOnFolder(folder: string, out: string): void {
  const sources = readSources(folder);
  const runs = Array.from({ length: Number(options.seeds) }, (_, index) => {
    const splits = sources.map((source) => ({ source, ...holdOut(source.rows, index + 1) }));
    const model = trainOn(
      splits.flatMap((split) => split.train),
      { trainedAt: '', results: [] },
    );
    return splits.map(({ source, train, test }) => evaluate(test, train, source.models, model));
  });
  const results = sources.map((source, at) =>
    line(
      `${source.name}, held out`,
      runs.map((run) => run[at]!),
    ),
  );
  const model = trainOn(
    sources.flatMap((source) => source.rows),
    { trainedAt: options.date, results },
  );
  writeFileSync(out, `${JSON.stringify(model)}\n`);
  console.log(JSON.stringify(model.card, null, 2));
}
