import type { BenchResult } from './result.ts';
import { problemsOf, type Row, rowsOf, type Unit } from './rows.ts';
import type { TargetName } from './targets/target.ts';

/** The run as Markdown that is also readable in a terminal. */
export function renderReport(result: BenchResult): string {
  const { machine, plan } = result;
  const pace = plan.pacedStreams;
  const seconds = Math.round(result.durationMs / 1_000);
  return [
    `${result.measuredAt.slice(0, 10)}, ${plan.name} run of ${seconds} s. Machine: ${machine.cores} cores ` +
      `(${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.os}, Node ${machine.node}, load ${machine.loadAverageBefore.toFixed(1)} before the run; everything, the load ` +
      'generator and the upstreams included, on this one machine over loopback.',
    '',
    ...result.targets.map(({ label, about }) => `- ${label}: ${about}`),
    ...result.leftOut.map(({ name, reason }) => `- ${name}: left out. ${firstLineOf(reason)}`),
    '',
    renderTable(result),
    '',
    'A column with ÷ is the peer divided by Holdfast. "Added" is a percentile minus the same percentile of the direct ' +
      `upstream. A level of paced streams (${pace.tokensPerSecond} tokens a second each, ` +
      `${pace.tokens / pace.tokensPerSecond} s, ${pace.levels.join(', ')} at once) is held when the 99th percentile of ` +
      `the tokens' lateness is below ${pace.latenessLimitMs} ms and no stream is cut.`,
    ...failureLines(result),
  ].join('\n');
}

function renderTable(result: BenchResult): string {
  const { targets } = result;
  const compared = targets.some(({ name }) => name === 'holdfast');
  const peers = compared ? targets.filter(({ name }) => name !== 'holdfast' && name !== 'direct') : [];
  const header = ['', ...targets.map(({ label }) => label), ...peers.map(({ label }) => `${label} ÷ Holdfast`)];
  const lines = rowsOf(result).map((row) => [
    row.measure,
    ...targets.map(({ name }) => formatValue(row.values[name], row.unit)),
    ...peers.map(({ name }) => formatRatio(row, name)),
  ]);
  return alignedTable([header, ...lines]);
}

const formats: Record<Unit, (value: number) => string> = {
  ms: (value) => `${value.toFixed(Math.abs(value) < 100 ? 1 : 0)} ms`,
  'per second': (value) => `${value.toFixed(0)}/s`,
  streams: String,
  requests: String,
};

function formatValue(value: number | undefined, unit: Unit): string {
  return value === undefined ? '–' : formats[unit](value);
}

/** Differences and counts near zero have no meaningful ratio. */
function formatRatio({ values, unit }: Row, peer: TargetName): string {
  const own = values.holdfast;
  const other = values[peer];
  if (unit === 'requests' || own === undefined || other === undefined || own <= 0 || other < 0) return '–';
  return `${(other / own).toFixed(2)}×`;
}

function failureLines(result: BenchResult): string[] {
  const problems = problemsOf(result);
  if (problems.length === 0) return [];
  return [
    '',
    'Failures:',
    '',
    ...problems.map(({ target, during, problem, count }) => `- ${target}, ${during}: ${count}× ${problem}`),
  ];
}

/** A Markdown table, padded: the first column to the left, figures to the right. */
function alignedTable(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(4, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => '-'.repeat(width + 1) + (column === 0 ? '-' : ':')).join('|')}|`;
  const [header = [], ...body] = rows;
  return [line(header), rule, ...body.map(line)].join('\n');
}

function firstLineOf(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
