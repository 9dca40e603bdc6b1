/**
 * Records golden histories: `node scripts/run.mjs --with-temporal test/replay/record.ts VERSION [PREFIX]` runs each
 * scenario (whose name begins with PREFIX) on a real gateway and stores what Temporal kept, with the throw-away key it
 * was encrypted with. Histories of released versions are never recorded anew: a workflow change must replay them (see
 * `patched`).
 */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Behaviour } from '../doubles/behaviour.ts';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import { startUpstream } from '../doubles/upstream.ts';
import { fixtureConfig, hello } from '../support/gateway-fixture.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { eventually } from '../support/poll.ts';
import { startTemporalServer } from '../support/temporal-server.ts';
import { addGoldenDataKeys, goldenKeys, historyFolder } from './golden.ts';

interface Scenario {
  name: string;
  light: Behaviour[];
  large: Behaviour[];
  heir?: Behaviour[];
  /** Asked and answered before. */
  before?: object;
  body?: object;
  /** Cancels the request when the call has run this long. */
  cancelAfterMs?: number;
}

const says = (text: string): Behaviour => ({ kind: 'answer', parts: [text] });
const ask = (model: string) => ({ ...hello, model });
const clinic = (content: string) => ({
  ...hello,
  messages: [{ role: 'user', content }],
  gateway: { policy: 'clinic' },
});
const rungs: [string, ...string[]] = ['light', 'large'];
const withAll = (config: ConfigFile): ConfigFile => ({
  ...config,
  policies: { clinic: { redact: ['phone', { entity: 'email', action: 'block' }] } },
  edge: { webhooks: { allowPrivate: true } },
  aliases: {
    ...config.aliases,
    checked: { deployments: rungs, strategy: 'cascade' },
    judged: { deployments: rungs, strategy: 'cascade', verifier: { judge: { deployment: 'heir' } } },
    sampled: { deployments: rungs, strategy: 'cascade', verifier: { selfConsistency: { samples: 2 } } },
    hedged: { deployments: rungs, strategy: 'ordered', hedge: { afterMs: 200, maxShare: 1 } },
  },
});

const upstream = await startUpstream();
const scenarios: Scenario[] = [
  { name: 'answered', light: [{ kind: 'answer' }], large: [] },
  { name: 'streamed', light: [{ kind: 'answer' }], large: [], body: { ...hello, stream: true } },
  { name: 'failed-over', light: [{ kind: 'error', error: 'internal' }], large: [{ kind: 'answer' }] },
  {
    name: 'waited-for-retry-after',
    light: [{ kind: 'error', error: 'rateLimit', headers: { 'retry-after': '1' } }, { kind: 'answer' }],
    large: [{ kind: 'error', error: 'badKey' }],
  },
  { name: 'rejected', light: [{ kind: 'error', error: 'invalid' }], large: [] },
  { name: 'gave-up', light: [{ kind: 'error', error: 'badKey' }], large: [{ kind: 'error', error: 'noModel' }] },
  { name: 'handed-over', light: [{ kind: 'answer', delayMs: 6_500 }], large: [] },
  { name: 'deadline', light: [{ kind: 'hang' }], large: [], body: { ...hello, gateway: { timeoutMs: 500 } } },
  { name: 'cancelled', light: [{ kind: 'hang' }], large: [], cancelAfterMs: 300 },
  { name: 'cancelled-after-hand-over', light: [{ kind: 'hang' }], large: [], cancelAfterMs: 6_000 },
  { name: 'redacted', light: [{ kind: 'answer' }], large: [], body: clinic('Call 13800138000.') },
  { name: 'redacted-and-refused', light: [], large: [], body: clinic('Write to jane@example.org.') },
  { name: 'kept', light: [{ kind: 'answer' }], large: [], body: { ...hello, gateway: { cache: true } } },
  {
    name: 'recalled',
    light: [{ kind: 'answer' }],
    large: [],
    before: { ...hello, gateway: { cache: true } },
    body: { ...hello, gateway: { cache: true } },
  },
  {
    name: 'told-by-webhook',
    light: [{ kind: 'answer' }],
    large: [],
    body: { ...hello, gateway: { webhookUrl: `${upstream.url}/hook` } },
  },
  { name: 'cascade-taken', light: [says('A good answer.')], large: [], body: ask('checked') },
  { name: 'cascade-rejected', light: [says('I cannot help.')], large: [{ kind: 'answer' }], body: ask('checked') },
  {
    name: 'cascade-judged-and-streamed',
    light: [says('A good answer.')],
    large: [],
    heir: [says('{"score": 1}')],
    body: { ...ask('judged'), stream: true },
  },
  {
    name: 'cascade-turned-down-by-its-judge',
    light: [says('A good answer.')],
    large: [{ kind: 'answer' }],
    heir: [says('{"score": 0}')],
    body: ask('judged'),
  },
  {
    name: 'cascade-sampled',
    light: [says('A good answer.'), says('Another one.'), says('A third.')],
    large: [{ kind: 'answer' }],
    body: ask('sampled'),
  },
  {
    name: 'hedged',
    light: [{ kind: 'answer', delayMs: 2_000 }],
    large: [{ kind: 'answer' }],
    body: ask('hedged'),
  },
  {
    name: 'hedged-in-vain',
    light: [{ kind: 'hang' }],
    large: [{ kind: 'error', error: 'noModel' }],
    body: { ...ask('hedged'), gateway: { timeoutMs: 800 } },
  },
];

const [version, prefix = ''] = process.argv.slice(2);
if (version === undefined) throw new Error('usage: record.ts VERSION [PREFIX]');
const temporal = await startTemporalServer();
const connection = await Connection.connect({ address: temporal.address });

/** Each on a gateway of its own: what one scenario teaches it of a deployment must not change the next one's way. */
for (const scenario of scenarios.filter(({ name }) => name.startsWith(prefix))) {
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-golden-'));
  const gateway = await startGatewayProcess({
    temporalAddress: temporal.address,
    dataDir,
    config: withAll(fixtureConfig(upstream.url)),
    env: { FAR_KEY: 'k', PAYLOAD_KEYS: goldenKeys },
  });
  upstream.script(scenario.light, 'm-light');
  upstream.script(scenario.large, 'm-large');
  upstream.script(scenario.heir ?? [], 'm-heir');
  if (scenario.before) await (await gateway.chat(scenario.before)).text();
  const calls = upstream.calls.length;
  const accepted = await gateway.chat(scenario.body ?? hello, { prefer: 'respond-async' });
  const workflowId = accepted.headers.get('x-request-id') ?? '';
  if (scenario.cancelAfterMs !== undefined) {
    await upstream.until(() => upstream.calls.length > calls);
    await new Promise((resolve) => setTimeout(resolve, scenario.cancelAfterMs));
    await gateway.fetch(`/v1/requests/${workflowId}/cancel`, { method: 'POST' });
  }
  const run = { namespace: 'holdfast', execution: { workflowId } };
  await eventually(`the end of ${scenario.name}`, async () => {
    const described = await connection.workflowService.describeWorkflowExecution(run);
    return described.workflowExecutionInfo?.closeTime != null;
  });
  const { history } = await connection.workflowService.getWorkflowExecutionHistory(run);
  if (!history) throw new Error(`no history of ${scenario.name}`);
  await writeFile(join(historyFolder, `${version}-${scenario.name}.json`), historyToJSON(history));
  process.stdout.write(`${scenario.name}: ${history.events?.length} events\n`);
  await gateway.terminate();
  addGoldenDataKeys(join(dataDir, 'holdfast.db'));
}

await connection.close();
await upstream.close();
await temporal.stop();
