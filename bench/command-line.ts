import { parseArgs } from 'node:util';
import { fullPlan, type Plan, quickPlan } from './plan.ts';
import { type TargetName, targetNames } from './targets/target.ts';

export interface BenchOptions {
  /** In the order of the report; the direct upstream, from which "added" is counted, is always there. */
  targets: TargetName[];
  plan: Plan;
  jsonPath?: string;
  writeDocs: boolean;
}

export const usage = `Measures Holdfast and other gateways against the direct upstream, in one interleaved run.

  npm run bench -- [options]

  --targets LIST   of ${targetNames.join(', ')}; all by default, direct always
  --quick          about a minute and a half instead of five minutes
  --json FILE      also write the result as JSON
  --write-docs     also write bench/results/latest.json and docs/BENCHMARKS.md
  --help           this text

The peers are installed once, pinned, into HOLDFAST_CACHE or the user's cache folder.
`;

/** @throws Error for an unknown option or target. Undefined means that help was asked for. */
export function parseCommandLine(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      targets: { type: 'string', default: targetNames.join(',') },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const asked = new Set(values.targets.split(',').map((name) => name.trim()));
  const unknown = [...asked].find((name) => !targetNames.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`Unknown target '${unknown}': use ${targetNames.join(', ')}`);
  return {
    targets: targetNames.filter((name) => name === 'direct' || asked.has(name)),
    plan: values.quick ? quickPlan : fullPlan,
    ...(values.json !== undefined && { jsonPath: values.json }),
    writeDocs: values['write-docs'],
  };
}
