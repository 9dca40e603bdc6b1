import { quickPlan } from '../../../bench/plan.ts';
import { renderReport } from '../../../bench/report.ts';
import type { BenchResult } from '../../../bench/result.ts';
import type { TargetName } from '../../../bench/targets/target.ts';

const summary = (p50Ms: number) => ({ count: 100, p50Ms, p95Ms: p50Ms * 2, p99Ms: p50Ms * 3 });
const latencies = (p50Ms: Partial<Record<TargetName, number>>) =>
  (['direct', 'holdfast', 'litellm'] as const).map((target) => ({
    target,
    latency: summary(p50Ms[target] ?? 0),
    problems: {},
  }));

const result: BenchResult = {
  measuredAt: '2026-01-02T03:04:05.000Z',
  durationMs: 61_400,
  machine: { cpu: 'Some CPU', cores: 2, memoryGiB: 8, os: 'Linux 6.1', node: '24.0.0', loadAverageBefore: 0.04 },
  plan: { ...quickPlan, throughput: { connections: [16], rounds: 1, roundMs: 1_000 } },
  targets: [
    { name: 'direct', label: 'direct upstream', about: 'a double' },
    { name: 'holdfast', label: 'Holdfast', about: 'embedded' },
    { name: 'litellm', label: 'LiteLLM', about: 'one worker' },
  ],
  leftOut: [{ name: 'portkey', reason: 'npm install failed\nmore lines' }],
  latency: latencies({ direct: 1, holdfast: 11, litellm: 13 }),
  firstToken: latencies({ direct: 2, holdfast: 2, litellm: 14 }),
  throughput: [
    { target: 'direct', connections: 16, perSecond: 5000, latency: summary(3), problems: {} },
    { target: 'holdfast', connections: 16, perSecond: 120, latency: summary(130), problems: {} },
    { target: 'litellm', connections: 16, perSecond: 60, latency: summary(260), problems: { 'status 429': 7 } },
  ],
  pacedStreams: [
    { target: 'direct', held: 64, levels: [{ streams: 32, held: true, latenessP99Ms: 1.25, problems: {} }] },
    { target: 'holdfast', held: 32, levels: [{ streams: 32, held: true, latenessP99Ms: 20, problems: {} }] },
    { target: 'litellm', held: 8, levels: [{ streams: 32, held: false, problems: { 'cut stream': 1 } }] },
  ],
};

function cellsOf(report: string, measure: string): string[] {
  const line = report.split('\n').find((text) => text.startsWith(`| ${measure} `)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map((cell) => cell.trim());
}

describe('renderReport', () => {
  const report = renderReport(result);

  it('counts added time from the direct upstream and compares the peer with Holdfast', () => {
    expect(cellsOf(report, '1 connection: added p50')).toEqual(['–', '10.0 ms', '12.0 ms', '1.20×']);
    expect(cellsOf(report, '1 connection: added p99')).toEqual(['–', '30.0 ms', '36.0 ms', '1.20×']);
    expect(cellsOf(report, '16 connections: throughput')).toEqual(['5000/s', '120/s', '60/s', '0.50×']);
  });

  it('gives no ratio where Holdfast added nothing', () => {
    expect(cellsOf(report, 'first token: added p50')).toEqual(['–', '0.0 ms', '12.0 ms', '–']);
  });

  it('says what could not be measured instead of a figure', () => {
    expect(cellsOf(report, '32 paced streams: lateness p99')).toEqual(['1.3 ms', '20.0 ms', '–', '–']);
    expect(report).toContain('- portkey: left out. npm install failed\n');
  });

  it('adds up failures and lists what they were', () => {
    expect(cellsOf(report, 'failed or wrong answers')).toEqual(['0', '0', '8', '–']);
    expect(report).toContain('- litellm, 16 connections: 7× status 429');
    expect(report).toContain('- litellm, 32 paced streams: 1× cut stream');
  });

  it('names the machine', () => {
    expect(report).toContain(
      '2026-01-02, quick run of 61 s. Machine: 2 cores (Some CPU), 8 GiB, Linux 6.1, Node 24.0.0, load 0.0 before',
    );
  });
});
