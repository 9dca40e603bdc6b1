import type { Latency } from './measures/latency.ts';
import type { PacedStreams } from './measures/paced-streams.ts';
import type { Throughput } from './measures/throughput.ts';
import type { Plan } from './plan.ts';
import type { Target, TargetName } from './targets/target.ts';

/** Everything one run found out; the shape of the `--json` file. */
export interface BenchResult {
  /** ISO 8601. */
  measuredAt: string;
  durationMs: number;
  machine: Machine;
  plan: Plan;
  targets: Pick<Target, 'name' | 'label' | 'about'>[];
  leftOut: { name: TargetName; reason: string }[];
  latency: Latency[];
  firstToken: Latency[];
  throughput: Throughput[];
  pacedStreams: PacedStreams[];
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  os: string;
  node: string;
  /** Processes that wanted to run, averaged over the minute before the bench began; near 0 on a quiet machine. */
  loadAverageBefore: number;
}
