import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { RequestObject } from '../../api/gateway/request-object.ts';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';
import { readWhole } from '../support/read-stream.ts';

type RouteObject = NonNullable<RequestObject['route']>;

const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

function at(model: string, more: object = {}) {
  return { provider: 'near', model, price, ...more };
}

/** Each test has a pair of its own, of which the first is the one it is about. */
function poolConfig(upstreamUrl: string): ConfigFile {
  const names = ['drained', 'limited', 'spent', 'busy', 'leaving', 'changing'];
  return {
    providers: { near: { kind: 'openai-compatible', baseUrl: `${upstreamUrl}/v1`, local: true } },
    deployments: {
      ...Object.fromEntries(names.map((name) => [name, at(`m-${name}`)])),
      busy: at('m-busy', { limits: { concurrency: 1 } }),
      steady: at('m-steady'),
    },
    aliases: Object.fromEntries(
      names.map((name) => [`${name}-pair`, { deployments: [name, 'steady'] }]),
    ) as ConfigFile['aliases'],
  };
}

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture({}, poolConfig);
});
afterAll(() => fixture.close());

async function called(model: string, more: object = {}): Promise<string[]> {
  const before = fixture.upstream.calls.length;
  await (await fixture.gateway.chat({ ...hello, model, ...more })).text();
  return fixture.upstream.calls.slice(before).map((call) => call.model);
}

async function routeOf(model: string): Promise<RouteObject> {
  return (await (await fixture.gateway.fetch('/v1/route', { json: { ...hello, model } })).json()) as RouteObject;
}

async function post(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fixture.gateway.fetch(path, { method: 'POST' });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a drained deployment', () => {
  it('finishes what it has, gets nothing new, and stays out over a restart, until it is undrained', async () => {
    const { upstream, gateway } = fixture;
    upstream.script([{ kind: 'answer', tokens: 20, paceMs: 30 }], 'm-drained');
    const running = gateway.chat({ ...hello, model: 'drained-pair', stream: true });
    await upstream.until(() => upstream.calls.some(({ model }) => model === 'm-drained'));
    expect(await post('/admin/deployments/drained/drain')).toMatchObject({ status: 200, body: { drained: true } });
    expect(await called('drained-pair')).toEqual(['m-steady']);
    expect((await readWhole(await running)).text).toMatch(/t19 $/);

    expect(await routeOf('drained-pair')).toMatchObject({
      order: ['steady'],
      excluded: [{ deployment: 'drained', reasons: [{ reason: 'drained' }] }],
    });
    const alone = await gateway.chat({ ...hello, model: 'drained' });
    expect([alone.status, await alone.json()]).toMatchObject([503, { error: { code: 'no_deployment' } }]);

    await gateway.restart();
    expect(await called('drained-pair')).toEqual(['m-steady']);
    expect(await post('/admin/deployments/drained/undrain')).toMatchObject({ body: { drained: false } });
    expect(await called('drained-pair')).toEqual(['m-drained']);
  });
});

describe('what a provider says of its limits', () => {
  it('keeps requests away for as long as its Retry-After asks', async () => {
    fixture.upstream.script([{ kind: 'error', error: 'rateLimit', headers: { 'retry-after': '30' } }], 'm-limited');
    expect(await called('limited-pair')).toEqual(['m-limited', 'm-steady']);
    expect(await called('limited-pair')).toEqual(['m-steady']);
    expect(await routeOf('limited-pair')).toMatchObject({
      order: ['steady', 'limited'],
      excluded: [{ deployment: 'limited', reasons: [{ reason: 'rate_limited', transient: true }] }],
    });
  });

  it('is heeded before it has to refuse, where its headers say that nothing is left', async () => {
    const completion = {
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm-spent',
      choices: [{ index: 0, message: { role: 'assistant', content: 'The last one.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    };
    const headers = {
      'content-type': 'application/json',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2m',
    };
    fixture.upstream.script([{ kind: 'raw', status: 200, headers, body: JSON.stringify(completion) }], 'm-spent');
    expect(await called('spent-pair')).toEqual(['m-spent']);
    expect(await called('spent-pair')).toEqual(['m-steady']);
    const { excluded } = await routeOf('spent-pair');
    expect(excluded).toMatchObject([{ deployment: 'spent', reasons: [{ reason: 'rate_limited', transient: true }] }]);
  });
});

describe('the concurrency of a deployment', () => {
  const slow = { kind: 'answer', delayMs: 300 } as const;

  it('queues requests that only it can take, instead of failing them', async () => {
    const { upstream, gateway } = fixture;
    upstream.script([slow], 'm-busy');
    const before = upstream.calls.length;
    const answers = await Promise.all([1, 2, 3].map(() => gateway.chat({ ...hello, model: 'busy' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const times = upstream.calls
      .slice(before)
      .map(({ startedAt, finishedAt }) => [startedAt, finishedAt ?? Infinity] as const);
    expect(times).toHaveLength(3);
    for (const [index, [startedAt]] of times.entries())
      expect(startedAt).toBeGreaterThanOrEqual(times[index - 1]?.[1] ?? 0);
  });

  it('does so up to the deadline of the request', async () => {
    const { upstream, gateway } = fixture;
    upstream.script([{ kind: 'answer', delayMs: 1_500 }], 'm-busy');
    const first = gateway.chat({ ...hello, model: 'busy' });
    await upstream.until(() => upstream.calls.at(-1)?.model === 'm-busy' && upstream.load().current === 1);
    const late = await gateway.chat({ ...hello, model: 'busy', gateway: { timeoutMs: 400 } });
    expect([late.status, await late.json()]).toMatchObject([504, { error: { code: 'deadline_exceeded' } }]);
    expect((await first).status).toBe(200);
  });

  it('sends requests elsewhere where others can take them', async () => {
    const { upstream, gateway } = fixture;
    upstream.script([slow], 'm-busy');
    const first = gateway.chat({ ...hello, model: 'busy-pair' });
    await upstream.until(() => upstream.load().current === 1);
    expect(await called('busy-pair')).toContain('m-steady');
    await (await first).text();
  });
});

describe('a probe', () => {
  it('asks for the list of models, or for one token, and says what it saw', async () => {
    const { upstream } = fixture;
    expect(await post('/admin/deployments/steady/probe?call=models')).toMatchObject({
      status: 200,
      body: { probe: { call: 'models', ok: true, saw: expect.stringMatching(/1 models without 'm-steady'/) } },
    });
    const before = upstream.calls.length;
    expect(await post('/admin/deployments/steady/probe')).toMatchObject({
      body: { probe: { call: 'chat', ok: true } },
    });
    expect(upstream.calls.slice(before)).toMatchObject([{ model: 'm-steady', body: { max_tokens: 1 } }]);
  });

  it('of a deployment that fails says so, and one that is answered brings it back at once', async () => {
    const { upstream } = fixture;
    upstream.script([{ kind: 'error', error: 'badKey' }], 'm-limited');
    const failed = await post('/admin/deployments/limited/probe?call=chat');
    expect(failed).toMatchObject({
      status: 200,
      body: {
        deployment: { breaker: 'open', breaker_reason: 'key_refused' },
        probe: { ok: false, saw: expect.stringMatching(/401/) },
      },
    });
    upstream.script([{ kind: 'answer' }], 'm-limited');
    const mended = await post('/admin/deployments/limited/probe?call=chat');
    expect(mended).toMatchObject({ body: { deployment: { breaker: 'half_open' }, probe: { ok: true } } });
  });
});

const base = () => poolConfig(fixture.upstream.url);
const write = (config: ConfigFile) => writeFile(join(fixture.gateway.dataDir, 'gateway.yaml'), stringify(config));

describe('a reload of the configuration', () => {
  it('drops no request: one that runs ends with what it began with', async () => {
    const { upstream, gateway } = fixture;
    upstream.script([{ kind: 'answer', tokens: 20, paceMs: 40 }], 'm-leaving');
    const running = gateway.chat({ ...hello, model: 'leaving', stream: true });
    await upstream.until(() => upstream.calls.at(-1)?.model === 'm-leaving');
    const { deployments, aliases, ...rest } = base();
    const { leaving: _gone, ...others } = deployments;
    const { 'leaving-pair': _pair, ...otherAliases } = aliases ?? {};
    const steady = deployments['steady'];
    if (!steady) throw new Error('the fixture has a steady deployment');
    await write({ ...rest, deployments: { ...others, fresh: { ...steady, model: 'm-fresh' } }, aliases: otherAliases });
    expect(await post('/admin/reload')).toMatchObject({ status: 200, body: { object: 'gateway.reload' } });
    expect((await gateway.chat({ ...hello, model: 'leaving' })).status).toBe(404);
    expect(await called('fresh')).toEqual(['m-fresh']);
    expect((await readWhole(await running)).text).toMatch(/t19 $/);
  });

  it('keeps what is in force where the file is wrong, and names the field', async () => {
    await write({ ...base(), deployments: { steady: { provider: 'nobody', model: 'm-steady' } }, aliases: {} });
    const { status, body } = await post('/admin/reload');
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { message: expect.stringContaining('deployments.steady.provider') } });
    expect(await called('fresh')).toEqual(['m-fresh']);
    await eventually('the log to name it too', () =>
      fixture.gateway.output().includes('the changed configuration is wrong'),
    );
  });

  it('happens by itself when the file changes', async () => {
    const { deployments, ...rest } = base();
    const renamed = { ...deployments, changing: { provider: 'near', model: 'm-changed', price } };
    await write({ ...rest, deployments: renamed });
    const changed = await eventually('the new model to be called', async () => {
      const models = await called('changing');
      return models[0] === 'm-changed' && models;
    });
    expect(changed).toEqual(['m-changed']);
  });

  it('happens at SIGHUP', async () => {
    const reloads = () => fixture.gateway.output().split('configuration reloaded').length;
    const before = reloads();
    await write(base());
    process.kill(fixture.gateway.pid, 'SIGHUP');
    await eventually('the reload', () => reloads() > before);
    expect(await called('changing')).toEqual(['m-changing']);
  });
});
