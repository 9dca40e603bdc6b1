/**
 * Recall, precision and F2 of the detectors for each entity and language, time per KB, and the same for Microsoft
 * Presidio where it can be installed.
 *
 *   npm run bench:privacy -- --data DIR [--no-presidio]
 *
 * DIR holds labelled sets as *.jsonl, one JSON object {id, text, spans: [{start, end, type}]} a line, such as
 * presidio_en.jsonl (made from presidio-research's data/synth_dataset_v2.json). Without --data the sets in
 * test/fixtures/privacy are used, with which the models were fitted.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDetector } from '../../domain/privacy/detect.ts';
import { readDataSet, type LabelledText } from './data-set.ts';
import { installPresidio, runPresidio } from './presidio.ts';
import { f2, precision, recall, score, type Found } from './score.ts';

const measuredKb = 3000;

const { values } = parseArgs({
  options: { data: { type: 'string' }, 'no-presidio': { type: 'boolean', default: false } },
});
const folder = values.data ?? join(import.meta.dirname, '../../test/fixtures/privacy');
const detector = createDetector();
const python = values['no-presidio'] ? undefined : installPresidio();
if (python === undefined && !values['no-presidio'])
  print('Presidio: not installed (needs python3, pip and a package index)');

const sets = readdirSync(folder)
  .filter((file) => file.endsWith('.jsonl'))
  .toSorted()
  .map((file) => ({ file, texts: readDataSet(join(folder, file)) }))
  .filter(({ texts }) => texts.length > 0 && texts.every(({ text, spans }) => text !== undefined && spans));
if (sets.length === 0) throw new Error(`${folder} has no *.jsonl with texts and spans`);

for (const { file, texts } of sets) {
  const language = texts.some(({ text }) => /[\u4e00-\u9fff]/.test(text)) ? 'zh' : 'en';
  report(
    `${file} (${language}) · Holdfast`,
    texts,
    texts.map(({ text }) => detector(text)),
    usPerKb(texts),
  );
  if (python === undefined || language !== 'en') continue;
  const { found, elapsedUs } = runPresidio(python, texts);
  report(`${file} (${language}) · Presidio 2.2.366, en_core_web_sm 3.8.0`, texts, found, elapsedUs / kilobytes(texts));
}

function report(
  title: string,
  texts: readonly LabelledText[],
  found: readonly (readonly Found[])[],
  speedUsPerKb: number,
): void {
  print(`\n${title}: ${texts.length} texts, ${speedUsPerKb.toFixed(0)} µs/KB`);
  print('entity           marked  found  recall  precision     F2');
  for (const result of score(texts, found)) {
    const columns = [recall(result), precision(result), f2(result)].map((share) =>
      Number.isNaN(share) ? '–' : share.toFixed(3),
    );
    print(
      `${result.entity.padEnd(16)} ${String(result.marked).padStart(6)} ${String(result.found).padStart(6)} ${columns[0]?.padStart(7)} ${columns[1]?.padStart(10)} ${columns[2]?.padStart(6)}`,
    );
  }
}

/** CPU time of detection per KB, over at least `measuredKb` after half as much to warm up. */
function usPerKb(texts: readonly LabelledText[]): number {
  const rounds = Math.ceil(measuredKb / kilobytes(texts));
  const detectAll = (times: number): void => {
    for (let round = 0; round < times; round += 1) for (const { text } of texts) detector(text);
  };
  detectAll(Math.ceil(rounds / 2));
  const before = process.cpuUsage();
  detectAll(rounds);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (kilobytes(texts) * rounds);
}

function kilobytes(texts: readonly LabelledText[]): number {
  return texts.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 1024;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
