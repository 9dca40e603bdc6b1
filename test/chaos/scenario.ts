import type { Check } from './check.ts';

export interface ScenarioContext {
  seed: number;
  short: boolean;
  say: (line: string) => void;
  /** Folder that keeps the processes' output when a check fails; told to the reader. */
  keep: (folder: string) => void;
}

/** One story of faults with its checks; starts and stops its own processes. */
export interface Scenario {
  name: string;
  run(context: ScenarioContext): Promise<Check[]>;
}
