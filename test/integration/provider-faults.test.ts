import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import type { Behaviour } from '../doubles/behaviour.ts';
import type { VendorErrorName } from '../doubles/fixtures/vendor-errors.ts';
import { freePort } from '../support/free-port.ts';
import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { readWhole } from '../support/read-stream.ts';

const error = (name: VendorErrorName, headers?: Record<string, string>): Behaviour => ({
  kind: 'error',
  error: name,
  ...(headers && { headers }),
});

/** How the first deployment fails, and what is on record of it. Where they differ: whole, then streamed. */
interface Fault {
  what: string;
  does: Behaviour | 'refuses connections' | 'has no address' | 'speaks no TLS';
  /** The same fault of an answer that is not streamed, where it takes another form. */
  doesWhole?: Behaviour;
  errorType: string | [whole: string, streamed: string];
  /** What a reader of the stream sees: the text goes on without a seam unless it says otherwise. */
  restarts?: number;
}

const faults: Fault[] = [
  { what: 'answers 500', does: error('internal'), errorType: 'provider_unavailable' },
  { what: 'answers 503', does: error('overloaded'), errorType: 'provider_unavailable' },
  { what: 'hangs', does: { kind: 'hang' }, errorType: 'provider_timeout' },
  { what: 'sends its headers too late', does: { kind: 'answer', delayMs: 5_000 }, errorType: 'provider_timeout' },
  {
    what: 'drips its answer without an end',
    does: { kind: 'answer', tokens: 100, paceMs: 50 },
    doesWhole: {
      kind: 'raw',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"choices":[',
      after: 'hang',
    },
    errorType: 'provider_timeout',
  },
  { what: 'stalls before the first token', does: { kind: 'stall', afterTokens: 0 }, errorType: 'provider_timeout' },
  { what: 'stalls between two tokens', does: { kind: 'stall', afterTokens: 3 }, errorType: 'provider_timeout' },
  { what: 'is cut before the first token', does: { kind: 'cut', afterTokens: 0 }, errorType: 'provider_interrupted' },
  { what: 'is cut after some tokens', does: { kind: 'cut', afterTokens: 3 }, errorType: 'provider_interrupted' },
  {
    what: 'ends without a finish reason',
    does: { kind: 'unfinished', afterTokens: 2 },
    errorType: ['provider_protocol', 'provider_interrupted'],
  },
  { what: 'sends what is malformed', does: { kind: 'malformed', afterTokens: 2 }, errorType: 'provider_protocol' },
  {
    what: 'sends an error within its answer',
    does: { kind: 'error-event', afterTokens: 2, error: 'overloaded' },
    errorType: 'provider_unavailable',
  },
  { what: 'answers with a web page', does: { kind: 'html' }, errorType: 'provider_protocol' },
  {
    what: 'answers 429 with Retry-After',
    does: error('rateLimit', { 'retry-after': '30' }),
    errorType: 'provider_rate_limited',
  },
  { what: 'answers 429 without a word on how long', does: error('rateLimit'), errorType: 'provider_rate_limited' },
  { what: 'refuses the key', does: error('badKey'), errorType: 'provider_auth' },
  { what: 'answers with nothing', does: { kind: 'empty' }, errorType: 'provider_protocol' },
  { what: 'does not know the model', does: error('noModel'), errorType: 'provider_model_missing' },
  { what: 'resets the connection', does: { kind: 'reset' }, errorType: 'provider_unreachable' },
  { what: 'refuses connections', does: 'refuses connections', errorType: 'provider_unreachable' },
  { what: 'has a name that DNS does not know', does: 'has no address', errorType: 'provider_unreachable' },
  { what: 'speaks no TLS', does: 'speaks no TLS', errorType: 'provider_unreachable' },
  {
    what: 'sends a bomb in gzip',
    does: { kind: 'gzip-bomb', decodedBytes: 34 * 1024 * 1024 },
    errorType: 'provider_protocol',
  },
  {
    what: 'never ends',
    does: { kind: 'endless', tokenBytes: 64, paceMs: 2 },
    errorType: ['provider_protocol', 'provider_timeout'],
    restarts: 1,
  },
];

const impatient = { firstTokenMs: 500, idleMs: 500, totalMs: 1_000 };
const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
const restTokens = 120;
const wholeText = Array.from({ length: restTokens }, (_, index) => `t${index} `).join('');

/** Short where time is to run out; a busy machine must not make a timeout of another fault. */
function timeoutsOf({ errorType }: Fault): object {
  return [errorType].flat().includes('provider_timeout') ? impatient : {};
}

function providerOf({ does }: Fault): string {
  if (does === 'refuses connections') return 'closed';
  if (does === 'has no address') return 'nowhere';
  return does === 'speaks no TLS' ? 'plain' : 'near';
}

/** Two deployments and an alias for each fault and flavour: what one makes the gateway think says nothing of the next. */
function faultConfig(upstreamUrl: string, ports: { closed: number; plain: number }): ConfigFile {
  const failing = { kind: 'openai-compatible', local: true } as const;
  const cases = faults.flatMap((fault, index) => [`${index}-whole`, `${index}-stream`].map((id) => ({ id, fault })));
  return {
    providers: {
      near: { ...failing, baseUrl: `${upstreamUrl}/v1` },
      closed: { ...failing, baseUrl: `http://127.0.0.1:${ports.closed}/v1` },
      nowhere: { ...failing, baseUrl: 'http://no-such-host.invalid/v1' },
      plain: { ...failing, baseUrl: `https://127.0.0.1:${ports.plain}/v1` },
    },
    deployments: Object.fromEntries([
      ...cases.flatMap(({ id, fault }) => [
        [`first-${id}`, { provider: providerOf(fault), model: `m-first`, price, timeouts: timeoutsOf(fault) }],
        [`second-${id}`, { provider: 'near', model: 'm-second', price }],
      ]),
      ['flapping', { provider: 'near', model: 'm-flapping', price }],
      ['hanging', { provider: 'near', model: 'm-hanging', price }],
      ['steady', { provider: 'near', model: 'm-second', price }],
    ]) as ConfigFile['deployments'],
    aliases: {
      ...(Object.fromEntries(
        cases.map(({ id }) => [`case-${id}`, { deployments: [`first-${id}`, `second-${id}`] }]),
      ) as ConfigFile['aliases']),
      flaps: { deployments: ['flapping', 'steady'] },
      hangs: { deployments: ['hanging', 'steady'] },
    },
  };
}

let fixture: GatewayFixture;
let closePlain: () => void;
beforeAll(async () => {
  const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => plain.once('listening', resolve));
  closePlain = () => plain.close();
  const ports = { closed: await freePort(), plain: (plain.address() as AddressInfo).port };
  fixture = await startFixture({}, (url) => faultConfig(url, ports));
});
afterAll(async () => {
  closePlain();
  await fixture.close();
});

/** Asks the alias of the case; the second deployment is well. */
async function ask(fault: Fault, index: number, stream: boolean) {
  const { upstream, gateway } = fixture;
  const behaviour = (stream ? undefined : fault.doesWhole) ?? fault.does;
  if (typeof behaviour === 'object') upstream.script([behaviour], 'm-first');
  upstream.script([{ kind: 'answer', tokens: restTokens }], 'm-second');
  return gateway.chat({ ...hello, model: `case-${index}-${stream ? 'stream' : 'whole'}`, stream });
}

async function attemptsOf(response: Response) {
  const { attempts } = await fixture.gateway.record(response.headers.get('x-request-id'));
  return attempts.map(({ deployment, error_type: type, outcome }) => [deployment.split('-')[0], type ?? outcome]);
}

const typeOf = ({ errorType }: Fault, stream: boolean) =>
  typeof errorType === 'string' ? errorType : errorType[Number(stream)];
const rows = faults.map((fault, index) => [fault.what, fault, index] as const);

describe('a deployment that', () => {
  it.each(rows)('%s is followed by the next one, and the client gets its whole answer', async (_what, fault, index) => {
    const response = await ask(fault, index, false);
    const body = (await response.json()) as { choices: { message: { content: string } }[] };
    expect([response.status, body.choices[0]?.message.content]).toEqual([200, wholeText]);
    expect(await attemptsOf(response)).toEqual([
      ['first', typeOf(fault, false)],
      ['second', 'succeeded'],
    ]);
  });

  it.each(rows)('%s is followed by the next one, and the stream is whole', async (_what, fault, index) => {
    const response = await ask(fault, index, true);
    const seen = await readWhole(response);
    expect(seen).toMatchObject({ text: wholeText, restarts: fault.restarts ?? 0, errors: [], done: true });
    expect(await attemptsOf(response)).toEqual([
      ['first', typeOf(fault, true)],
      ['second', 'succeeded'],
    ]);
  });

  it.each([true, false])('hangs leaves half of the time to the next one (streamed: %s)', async (stream) => {
    const { upstream, gateway } = fixture;
    upstream.script([{ kind: 'answer', tokens: 20 }], 'm-second');
    upstream.script([{ kind: 'answer', tokens: 20 }], 'm-hanging');
    for (let known = 0; known < 6; known++) await (await gateway.chat({ ...hello, model: 'hanging' })).text();
    upstream.script([{ kind: 'hang' }], 'm-hanging');
    const response = await gateway.chat({ ...hello, model: 'hangs', stream, gateway: { timeoutMs: 5_000 } });
    expect(await response.text()).toContain('t19 ');
    expect(await attemptsOf(response)).toEqual([
      ['hanging', 'provider_timeout'],
      ['steady', 'succeeded'],
    ]);
  });

  it('flaps costs no request its answer, and loses its traffic', async () => {
    const { upstream, gateway } = fixture;
    const script = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? error('internal') : ({ kind: 'answer' } as const),
    );
    upstream.script(script, 'm-flapping');
    upstream.script([{ kind: 'answer' }], 'm-second');
    const before = upstream.calls.length;
    for (let request = 0; request < 16; request++) {
      const response = await gateway.chat({ ...hello, model: 'flaps', stream: request % 3 === 0 });
      await response.text();
      expect(response.status).toBe(200);
    }
    const called = upstream.calls.slice(before).filter(({ model }) => model === 'm-flapping');
    expect(called).toHaveLength(9);
  });
});

describe('when every deployment fails', () => {
  it.each([true, false])('the client gets one clear error (streamed: %s)', async (stream) => {
    const { upstream, gateway } = fixture;
    upstream.script([error('badKey')], 'm-first');
    upstream.script([error('noModel')], 'm-second');
    const response = await gateway.chat({ ...hello, model: `case-0-${stream ? 'stream' : 'whole'}`, stream });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      error: { type: 'provider_error', code: 'provider_model_missing', message: expect.stringMatching(/404/) },
    });
    expect(await attemptsOf(response)).toEqual([
      ['first', 'provider_auth'],
      ['second', 'provider_model_missing'],
    ]);
  });
});
