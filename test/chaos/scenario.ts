import type { Check } from './check.ts';
import { type Cluster, type ClusterOptions, startCluster } from './cluster/cluster.ts';

export interface ScenarioContext {
  seed: number;
  short: boolean;
  say: (line: string) => void;
}

/** One story of faults with its checks; starts and stops its own processes. */
export interface Scenario {
  name: string;
  run(context: ScenarioContext): Promise<Check[]>;
}

/** Starts the processes, tells the story, stops them; what they printed is kept where a check failed. */
export async function withCluster(
  { say }: ScenarioContext,
  shape: Omit<ClusterOptions, 'say'>,
  story: (cluster: Cluster) => Promise<Check[]>,
): Promise<Check[]> {
  const cluster = await startCluster({ ...shape, say });
  let keepFolder = true;
  try {
    const checks = await story(cluster);
    keepFolder = checks.some(({ verdict }) => verdict === 'FAIL');
    return checks;
  } finally {
    if (keepFolder) say(`output and evidence are kept in ${cluster.folder}`);
    await cluster.stop({ keepFolder });
  }
}
