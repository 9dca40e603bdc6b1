/**
 * What happens to the traffic of a deployment that turns slow, then well, then bad, then well, under steady load:
 *
 *   npm run bench:shift -- [--picture docs/images/traffic-shift.svg]
 *
 * Prints how soon it loses its traffic and how soon it has it back, for three strategies at once, and ends with 1 where
 * that takes longer than promised or a request was not answered.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { REPO_DIR } from '../../scripts/bootstrap/paths.mjs';
import { startUpstream, type Upstream } from '../../test/doubles/upstream.ts';
import { freePort, startServer } from '../targets/server-process.ts';
import { picture } from './picture.ts';
import { endMs, requestsPerSecond, shiftedStrategies, type ShiftedStrategy, troubles, well } from './scenario.ts';
import { type SentRequest, sharesOf, shiftTimes } from './shares.ts';

const { values: options } = parseArgs({
  options: { picture: { type: 'string', default: 'docs/images/traffic-shift.svg' } },
});
const apiKey = 'bench-shift-key';
const promisedLostMs = 5_000;
const promisedBackMs = 30_000;

function pairOf(strategy: ShiftedStrategy): string[] {
  return [`first-${strategy}`, `second-${strategy}`];
}

function configuration(upstream: Upstream) {
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
  return {
    providers: { near: { kind: 'openai-compatible', baseUrl: `${upstream.url}/v1`, local: true } },
    deployments: Object.fromEntries(
      shiftedStrategies.flatMap(pairOf).map((name) => [name, { provider: 'near', model: name, price }]),
    ),
    aliases: Object.fromEntries(
      shiftedStrategies.map((strategy) => [strategy, { strategy, deployments: pairOf(strategy) }]),
    ),
  };
}

function scriptFirsts(upstream: Upstream, behaviour: (typeof well)['first']): void {
  for (const strategy of shiftedStrategies) upstream.script([behaviour], `first-${strategy}`);
}

const problems = new Map<string, number>();

/** Where a request went first: to whoever answered, unless that was the second one's help. Undefined: no answer. */
async function ask(origin: string, model: ShiftedStrategy): Promise<'first' | 'second' | undefined> {
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Say the usual words.' }] }),
  });
  const text = await response.text();
  if (response.status !== 200 || !text.includes('[DONE]')) {
    const problem = `status ${response.status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? 'and no end'}`;
    problems.set(problem, (problems.get(problem) ?? 0) + 1);
    return undefined;
  }
  if (Number(response.headers.get('x-gateway-attempts') ?? 1) > 1) return 'first';
  return response.headers.get('x-gateway-deployment')?.startsWith('first') ? 'first' : 'second';
}

async function play(origin: string, upstream: Upstream) {
  const sent = new Map<ShiftedStrategy, SentRequest[]>(shiftedStrategies.map((strategy) => [strategy, []]));
  const running: Promise<void>[] = [];
  const beginsAt = performance.now();
  const sinceMs = () => performance.now() - beginsAt;
  const count = async (strategy: ShiftedStrategy, atMs: number): Promise<void> => {
    const deployment = await ask(origin, strategy);
    if (deployment) sent.get(strategy)?.push({ atMs, deployment });
  };
  let current: (typeof troubles)[number] | undefined;
  for (let index = 0; sinceMs() < endMs; index++) {
    const atMs = sinceMs();
    const trouble = troubles.find(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
    if (trouble !== current) scriptFirsts(upstream, trouble?.does ?? well.first);
    current = trouble;
    for (const strategy of shiftedStrategies) {
      running.push(count(strategy, atMs));
    }
    await sleep(Math.max(0, ((index + 1) * 1000) / requestsPerSecond - sinceMs()));
  }
  await Promise.all(running);
  return sent;
}

await using open = new AsyncDisposableStack();
const upstream = await startUpstream({ keepBodies: false });
open.defer(() => upstream.close());
scriptFirsts(upstream, well.first);
for (const strategy of shiftedStrategies) upstream.script([well.second], `second-${strategy}`);

const folder = await mkdtemp(join(tmpdir(), 'bench-shift-'));
open.defer(() => rm(folder, { recursive: true, force: true }));
const config = join(folder, 'gateway.yaml');
await writeFile(config, stringify(configuration(upstream)));
const port = await freePort();
const server = startServer({
  command: process.execPath,
  args: [join('scripts', 'start.mjs')],
  env: {
    PORT: `${port}`,
    HOST: undefined,
    API_KEY: apiKey,
    DATA_DIR: join(folder, 'data'),
    CONFIG: config,
    ROLE: undefined,
    TEMPORAL_ADDRESS: undefined,
    DATABASE_URL: undefined,
    REDIS_URL: undefined,
    TEMPORAL_UI_PORT: `${await freePort()}`,
  },
  folder: REPO_DIR,
});
open.defer(() => server.stop(30_000));
const origin = `http://127.0.0.1:${port}`;
await server.ready(`${origin}/readyz`, 120_000);

const sent = await play(origin, upstream);
let kept = problems.size === 0;
const panels = shiftedStrategies.map((strategy) => {
  return { strategy, shares: sharesOf(`first`, sent.get(strategy) ?? [], endMs) };
});
for (const { strategy, shares } of panels) {
  for (const [index, trouble] of troubles.entries()) {
    const times = shiftTimes(shares, trouble, troubles[index + 1]?.fromMs ?? endMs);
    const { lostAfterMs = Infinity, backAfterMs = Infinity } = times;
    kept &&= lostAfterMs <= promisedLostMs && backAfterMs <= promisedBackMs;
    const line = `${strategy}: ${trouble.kind}: lost its traffic after ${lostAfterMs / 1000} s, had it back ${backAfterMs / 1000} s after it was well`;
    process.stdout.write(`${line}\n`);
  }
}
process.stdout.write(
  `${[...sent.values()].flat().length} requests at ${requestsPerSecond}/s for each strategy; not answered: ${[...problems].map(([what, count]) => `${count} × ${what}`).join(', ') || 'none'}\n`,
);
await mkdir(dirname(options.picture), { recursive: true });
await writeFile(options.picture, picture(panels, troubles, endMs));
process.stdout.write(`picture: ${options.picture}\n${kept ? 'as promised' : 'NOT as promised'}\n`);
process.exitCode = kept ? 0 : 1;
