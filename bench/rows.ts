import type { Latency } from './measures/latency.ts';
import type { BenchResult } from './result.ts';
import { addedTo } from './statistics.ts';
import type { TargetName } from './targets/target.ts';

export type Unit = 'ms' | 'per second' | 'streams' | 'requests';

/** One figure, for each target that has it. */
export interface Row {
  measure: string;
  unit: Unit;
  values: Partial<Record<TargetName, number>>;
}

/** The figures of a run in the order in which they are reported. */
export function rowsOf(result: BenchResult): Row[] {
  return [
    ...latencyRows('1 connection', result.latency),
    ...latencyRows('first token', result.firstToken),
    ...result.plan.throughput.connections.flatMap((connections) => throughputRows(result, connections)),
    ...pacedRows(result),
    { measure: 'failed or wrong answers', unit: 'requests', values: failures(result) },
  ];
}

function latencyRows(what: string, latencies: readonly Latency[]): Row[] {
  const baseline = latencies.find(({ target }) => target === 'direct')?.latency;
  const row = (measure: string, valueOf: (entry: Latency) => number | undefined): Row => ({
    measure: `${what}: ${measure}`,
    unit: 'ms',
    values: valuesOf(latencies, valueOf),
  });
  const added = (percentile: 'p50Ms' | 'p95Ms' | 'p99Ms') => (entry: Latency) =>
    baseline && entry.latency && entry.target !== 'direct' ? addedTo(baseline, entry.latency)[percentile] : undefined;
  return [
    row('p50', ({ latency }) => latency?.p50Ms),
    row('added p50', added('p50Ms')),
    row('added p95', added('p95Ms')),
    row('added p99', added('p99Ms')),
  ];
}

function throughputRows({ throughput }: BenchResult, connections: number): Row[] {
  const entries = throughput.filter((entry) => entry.connections === connections);
  const what = `${connections} connections`;
  return [
    { measure: `${what}: throughput`, unit: 'per second', values: valuesOf(entries, ({ perSecond }) => perSecond) },
    { measure: `${what}: p50`, unit: 'ms', values: valuesOf(entries, ({ latency }) => latency?.p50Ms) },
    { measure: `${what}: p99`, unit: 'ms', values: valuesOf(entries, ({ latency }) => latency?.p99Ms) },
  ];
}

function pacedRows({ pacedStreams, plan }: BenchResult): Row[] {
  const { first } = plan.pacedStreams;
  return [
    {
      measure: `${first} paced streams: lateness p99`,
      unit: 'ms',
      values: valuesOf(pacedStreams, ({ levels }) => levels.find(({ streams }) => streams === first)?.latenessP99Ms),
    },
    { measure: 'paced streams held', unit: 'streams', values: valuesOf(pacedStreams, ({ held }) => held) },
  ];
}

function failures(result: BenchResult): Row['values'] {
  const values: Row['values'] = {};
  for (const { target, count } of problemsOf(result)) values[target] = (values[target] ?? 0) + count;
  for (const { name } of result.targets) values[name] ??= 0;
  return values;
}

/** Every kind of failure that was seen, for each target and measure. */
export function problemsOf(
  result: BenchResult,
): { target: TargetName; during: string; problem: string; count: number }[] {
  const seen = [
    ...result.latency.map((entry) => ({ ...entry, during: '1 connection' })),
    ...result.firstToken.map((entry) => ({ ...entry, during: 'first token' })),
    ...result.throughput.map((entry) => ({ ...entry, during: `${entry.connections} connections` })),
    ...result.pacedStreams.flatMap(({ target, levels }) =>
      levels.map(({ streams, problems }) => ({ target, problems, during: `${streams} paced streams` })),
    ),
  ];
  return seen.flatMap(({ target, during, problems }) =>
    Object.entries(problems).map(([problem, count]) => ({ target, during, problem, count })),
  );
}

function valuesOf<T extends { target: TargetName }>(
  entries: readonly T[],
  valueOf: (entry: T) => number | undefined,
): Row['values'] {
  const values: Row['values'] = {};
  for (const entry of entries) {
    const value = valueOf(entry);
    if (value !== undefined) values[entry.target] = value;
  }
  return values;
}
