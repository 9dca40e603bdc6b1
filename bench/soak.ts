/**
 * `npm run soak`: many requests through one gateway, half of them streamed, watching that its memory stays flat.
 * `--requests N` (20,000) and `--connections N` (16). Ends with 1 where memory grew or an answer was wrong.
 */
import { parseArgs } from 'node:util';
import { openClient } from './client.ts';
import { fullPlan } from './plan.ts';
import { quantile } from './statistics.ts';
import { startHoldfast } from './targets/holdfast.ts';
import type { Target } from './targets/target.ts';
import { startUpstreams } from './upstreams.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, connections: { type: 'string', default: '16' } },
});
const requests = Number(values.requests);
const connections = Number(values.connections);
const samples = 20;
/** The first quarter fills caches (workflows, prepared statements, compiled code). */
const settledAfter = samples / 4;
const allowedGrowth = 0.1;

interface MemorySample {
  requests: number;
  residentMiB: number;
  heapMiB: number;
  handles: number;
}

async function sampleMemory(target: Target, done: number): Promise<MemorySample> {
  const text = await (await fetch(`${target.endpoints.answering.origin}/metrics`)).text();
  const read = (name: string) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+]+)$`, 'm').exec(text)?.[1]);
  return {
    requests: done,
    residentMiB: Math.round(read('process_resident_memory_bytes') / 2 ** 20),
    heapMiB: Math.round(read('nodejs_heap_size_used_bytes') / 2 ** 20),
    handles: read('nodejs_active_resources_total'),
  };
}

async function load(target: Target, count: number): Promise<number> {
  const client = openClient(target.endpoints.answering, connections);
  let left = count;
  let wrong = 0;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const { ok } = await (left % 2 === 0 ? client.complete() : client.stream());
      if (!ok) wrong += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  await client.close();
  return wrong;
}

await using running = new AsyncDisposableStack();
const upstreams = await startUpstreams(fullPlan.pacedStreams);
running.defer(() => upstreams.stop());
const target = await startHoldfast(upstreams);
running.defer(() => target.stop());

const memory: MemorySample[] = [];
let wrong = 0;
for (let sample = 1; sample <= samples; sample += 1) {
  wrong += await load(target, Math.round(requests / samples));
  memory.push(await sampleMemory(target, Math.round((requests / samples) * sample)));
  const { requests: done, residentMiB, heapMiB, handles } = memory.at(-1) ?? {};
  process.stdout.write(`${done} requests  resident ${residentMiB} MiB  heap ${heapMiB} MiB  resources ${handles}\n`);
}
const median = (part: MemorySample[]) =>
  quantile(
    part.map(({ residentMiB }) => residentMiB),
    0.5,
  );
const before = median(memory.slice(settledAfter, settledAfter * 2));
const after = median(memory.slice(-settledAfter));
const growth = after / before - 1;
const verdict = wrong === 0 && growth <= allowedGrowth ? 'flat' : 'NOT flat';
process.stdout.write(
  `${verdict}: resident memory ${before} MiB after the first quarter, ${after} MiB in the last ` +
    `(${(growth * 100).toFixed(1)} %), ${wrong} wrong answers\n`,
);
process.exitCode = verdict === 'flat' ? 0 : 1;
