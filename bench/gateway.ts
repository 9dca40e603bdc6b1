/** The benchmark against other gateways: `npm run bench -- --help`. */
import { cpus, loadavg, totalmem, type } from 'node:os';
import { type BenchOptions, parseCommandLine, usage } from './command-line.ts';
import { measureFirstToken, measureLatency } from './measures/latency.ts';
import { measurePacedStreams } from './measures/paced-streams.ts';
import { measureThroughput, type Throughput } from './measures/throughput.ts';
import { renderReport } from './report.ts';
import type { BenchResult, Machine } from './result.ts';
import { startDirect } from './targets/direct.ts';
import { startHoldfast } from './targets/holdfast.ts';
import { startLitellm } from './targets/litellm.ts';
import { startPortkey } from './targets/portkey.ts';
import type { StartTarget, Target, TargetName } from './targets/target.ts';
import { startUpstreams } from './upstreams.ts';
import { warmUp } from './warm-up.ts';
import { writeDocs, writeJson } from './write-docs.ts';

const starters: Record<TargetName, StartTarget> = {
  direct: startDirect,
  holdfast: startHoldfast,
  portkey: startPortkey,
  litellm: startLitellm,
};

const tell = (line: string) => void process.stderr.write(`${line}\n`);

async function run({ targets: names, plan }: BenchOptions, running: AsyncDisposableStack): Promise<BenchResult> {
  const machine = thisMachine();
  const upstreams = await startUpstreams(plan.pacedStreams);
  running.defer(() => upstreams.stop());

  const targets: Target[] = [];
  const leftOut: BenchResult['leftOut'] = [];
  const texts = new Map<TargetName, string>();
  for (const name of names) {
    tell(`starting ${name}`);
    try {
      const target = await starters[name](upstreams);
      running.defer(() => target.stop());
      texts.set(name, await warmUp(target, plan.warmUp));
      targets.push(target);
    } catch (error) {
      // Peers are optional; without the baseline or the gateway itself there is nothing to report.
      if (name === 'direct' || name === 'holdfast') throw error;
      const reason = error instanceof Error ? error.message : String(error);
      tell(`${name} is left out: ${reason}`);
      leftOut.push({ name, reason });
    }
  }
  const expectedText = texts.get('direct') ?? '';

  const startedAt = performance.now();
  tell('measuring 1 connection');
  const latency = await measureLatency(targets, plan.addedLatency, expectedText);
  tell('measuring the first token');
  const firstToken = await measureFirstToken(targets, plan.firstToken, expectedText);
  const throughput: Throughput[] = [];
  for (const connections of plan.throughput.connections) {
    tell(`measuring ${connections} connections`);
    throughput.push(...(await measureThroughput(targets, connections, plan.throughput, expectedText)));
  }
  tell('measuring paced streams');
  const pacedStreams = await measurePacedStreams(targets, plan.pacedStreams);
  return {
    measuredAt: new Date().toISOString(),
    durationMs: performance.now() - startedAt,
    machine,
    plan,
    targets: targets.map(({ name, label, about }) => ({ name, label, about })),
    leftOut,
    latency,
    firstToken,
    throughput,
    pacedStreams,
  };
}

function thisMachine(): Machine {
  const [loadAverageBefore = 0] = loadavg();
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: type(),
    node: process.versions.node,
    loadAverageBefore,
  };
}

async function main(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2));
  if (!options) return void process.stdout.write(usage);

  await using running = new AsyncDisposableStack();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void running.disposeAsync().finally(() => process.exit(1)));
  }
  const result = await run(options, running);
  process.stdout.write(`${renderReport(result)}\n`);
  if (options.jsonPath !== undefined) await writeJson(options.jsonPath, result);
  if (options.writeDocs) await writeDocs(result);
}

try {
  await main();
} catch (error) {
  tell(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
