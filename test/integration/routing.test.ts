import type { RequestObject } from '../../api/gateway/request-object.ts';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import type { Behaviour } from '../doubles/behaviour.ts';
import { type GatewayFixture, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';

type RouteObject = NonNullable<RequestObject['route']>;

const cheap = { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.4 };
const dear = { inputUsdPerMTok: 5, outputUsdPerMTok: 25 };

/** `dear` stands first everywhere; the aliases of one test are of deployments of their own where it makes them fail. */
function routingConfig(upstreamUrl: string): ConfigFile {
  const at = (provider: string, model: string, price: typeof cheap, more: object = {}) => {
    return { provider, model, price, ...more };
  };
  return {
    providers: {
      inside: { kind: 'openai-compatible', baseUrl: `${upstreamUrl}/v1`, local: true },
      outside: { kind: 'openai', baseUrl: `${upstreamUrl}/v1`, apiKeyEnv: 'FAR_KEY' },
    },
    deployments: {
      dear: at('outside', 'm-dear', dear, { capabilities: ['tools', 'reasoning'], contextTokens: 100_000 }),
      cheap: at('inside', 'm-cheap', cheap, { capabilities: ['json'], contextTokens: 2_000 }),
      weak: at('outside', 'm-weak', cheap),
      strong: at('outside', 'm-strong', dear),
      flaky: at('outside', 'm-flaky', cheap),
      steady: at('outside', 'm-steady', cheap),
      locked: at('outside', 'm-locked', cheap),
      slow: at('outside', 'm-slow', cheap),
      quick: at('outside', 'm-quick', cheap),
    },
    aliases: {
      auto: { deployments: ['dear', 'cheap'] },
      ordered: { deployments: ['dear', 'cheap'], strategy: 'ordered' },
      weighed: { deployments: ['strong', 'weak'], strategy: 'balanced' },
      failing: { deployments: ['flaky', 'steady'] },
      unpaid: { deployments: ['locked', 'steady'] },
      paced: { deployments: ['slow', 'quick'], strategy: 'fastest' },
    },
    policies: { indoors: { localOnly: true } },
  };
}

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture({}, routingConfig);
});
afterAll(() => fixture.close());

const ask = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
  ...more,
});

/** Models that were called for one answered request, in order. */
async function called(body: object, headers: Record<string, string> = {}): Promise<string[]> {
  const before = fixture.upstream.calls.length;
  const response = await fixture.gateway.chat(body, headers);
  await response.text();
  return fixture.upstream.calls.slice(before).map(({ model }) => model);
}

async function routeOf(body: object): Promise<RouteObject> {
  const response = await fixture.gateway.fetch('/v1/route', { json: body });
  expect(response.status).toBe(200);
  return (await response.json()) as RouteObject;
}

async function breakerOf(name: string): Promise<string | undefined> {
  const response = await fixture.gateway.fetch('/admin/deployments');
  const { data } = (await response.json()) as { data: { name: string; breaker: string }[] };
  return data.find((deployment) => deployment.name === name)?.breaker;
}

const error = (name: 'internal' | 'badKey'): Behaviour => ({ kind: 'error', error: name });

describe('a strategy', () => {
  it.each([
    ['ordered', 'm-dear'],
    ['auto', 'm-dear'],
    ['auto:cheap', 'm-cheap'],
    ['auto:best', 'm-dear'],
  ])("of '%s' picks %s", async (model, chosen) => {
    expect(await called(ask(model))).toEqual([chosen]);
  });

  it("of 'fastest' leaves a deployment that has been slow", async () => {
    fixture.upstream.script([{ kind: 'answer', firstTokenMs: 900 }], 'm-slow');
    expect(await called(ask('slow', { stream: true }))).toEqual(['m-slow']);
    expect(await called(ask('quick', { stream: true }))).toEqual(['m-quick']);
    expect(await called(ask('paced', { stream: true }))).toEqual(['m-quick']);
  });

  it('is listed for the three ways of auto that nobody configured', async () => {
    const { data } = (await (await fixture.gateway.fetch('/v1/models')).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['auto:cheap', 'auto:fast', 'auto:best']));
  });
});

describe("the caller's weights", () => {
  it('decide where the operator balances', async () => {
    expect(await called(ask('weighed'), { 'x-gateway-qos': 'cost=0.1,quality=1' })).toEqual(['m-strong']);
    expect(await called(ask('weighed'), { 'x-gateway-qos': 'cost=1,quality=0.1' })).toEqual(['m-weak']);
    expect(await called(ask('weighed', { gateway: { qos: { cost: 1 } } }))).toEqual(['m-weak']);
  });

  it('decide where the operator says no strategy, and not where the order is said', async () => {
    expect(await called(ask('auto', { gateway: { qos: { cost: 1 } } }))).toEqual(['m-cheap']);
    expect(await called(ask('ordered', { gateway: { qos: { cost: 1 } } }))).toEqual(['m-dear']);
  });
});

describe('what a deployment cannot do', () => {
  const tools = [{ type: 'function', function: { name: 'now', parameters: { type: 'object' } } }];
  const long = { messages: [{ role: 'user', content: 'word '.repeat(20_000) }] };

  it.each<[string, object, string]>([
    ['tools', { tools }, 'capability'],
    ['a long prompt', long, 'context_length'],
  ])('excludes it with the reason: %s', async (_what, more, reason) => {
    const route = await routeOf(ask('auto:cheap', more));
    expect(route.order).toEqual(['dear']);
    expect(route.excluded).toMatchObject([{ deployment: 'cheap', reasons: [{ reason, transient: false }] }]);
    expect(await called(ask('auto:cheap', more))).toEqual(['m-dear']);
  });

  it('is said for each deployment when none is left, and none is called', async () => {
    const before = fixture.upstream.calls.length;
    const response = await fixture.gateway.chat(ask('cheap', { tools }));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { code: 'no_deployment', message: expect.stringMatching(/cheap: lacks tools/) },
    });
    expect(fixture.upstream.calls).toHaveLength(before);
  });
});

describe('a policy that keeps traffic inside', () => {
  const gateway = { policy: 'indoors' };

  it('lets no call out, whatever the strategy', async () => {
    for (const model of ['auto', 'ordered', 'auto:best', 'auto:fast', 'auto:cheap']) {
      expect(await called(ask(model, { gateway }))).toEqual(['m-cheap']);
    }
  });

  it('lets none out either when the deployment inside fails', async () => {
    fixture.upstream.script([error('internal'), { kind: 'answer' }], 'm-cheap');
    expect(await called(ask('auto', { gateway }))).toEqual(['m-cheap', 'm-cheap']);
  });

  it('refuses what only a deployment outside can do', async () => {
    const response = await fixture.gateway.chat(ask('strong', { gateway }));
    expect(await response.json()).toMatchObject({ error: { code: 'no_deployment' } });
    expect((await routeOf(ask('strong', { gateway }))).order).toEqual([]);
  });
});

describe('POST /v1/route', () => {
  it('predicts latency, cost and quality of each candidate without calling one', async () => {
    const before = fixture.upstream.calls.length;
    const route = await routeOf(ask('weighed'));
    expect(route).toMatchObject({ model: 'weighed', strategy: 'balanced' });
    expect(route.ranked.map(({ deployment }) => deployment).toSorted()).toEqual(['strong', 'weak']);
    for (const each of route.ranked) {
      expect(each.latency_ms).toBeGreaterThan(0);
      expect(each.cost_usd).toBeGreaterThan(0);
      expect(each.quality).toBeGreaterThan(0);
    }
    expect(fixture.upstream.calls).toHaveLength(before);
  });

  it('says what the record of the request says', async () => {
    const route = await routeOf(ask('auto:cheap'));
    const response = await fixture.gateway.chat(ask('auto:cheap'));
    const record = await fixture.gateway.record(response.headers.get('x-request-id'));
    expect(record.route?.order).toEqual(route.order);
    expect(record.route?.ranked.map(({ cost_usd: cost }) => cost)).toEqual(
      route.ranked.map(({ cost_usd: cost }) => cost),
    );
  });

  it('answers 404 for a model nobody configured', async () => {
    const response = await fixture.gateway.fetch('/v1/route', { json: ask('none') });
    expect(response.status).toBe(404);
  });
});

describe('a deployment that fails again and again', () => {
  it('loses its traffic after five failures and gets it back by one probe', async () => {
    const { upstream } = fixture;
    upstream.script(Array<Behaviour>(5).fill(error('internal')), 'm-flaky');
    for (let request = 0; request < 5; request++) {
      expect(await called(ask('failing'))).toEqual(['m-flaky', 'm-steady']);
    }
    expect(await breakerOf('flaky')).toBe('open');
    expect(await called(ask('failing'))).toEqual(['m-steady']);
    await eventually('the breaker to let a probe through', async () => (await breakerOf('flaky')) === 'half_open');

    upstream.script([{ kind: 'answer', delayMs: 400 }], 'm-flaky');
    const probe = called(ask('failing'));
    await upstream.until(() => upstream.calls.at(-1)?.model === 'm-flaky');
    const meanwhile = await routeOf(ask('failing'));
    expect(meanwhile.order).toEqual(['steady', 'flaky']);
    await probe;
    const { ranked, excluded } = await routeOf(ask('failing'));
    expect(ranked).toMatchObject([{ deployment: 'steady' }]);
    expect(excluded).toMatchObject([{ deployment: 'flaky', reasons: [{ reason: 'recovering', transient: true }] }]);
    await eventually('all of its traffic to be back', async () => (await breakerOf('flaky')) === 'closed');
    expect(await called(ask('failing'))).toEqual(['m-flaky']);
  });

  it('is out at the first refusal of its key, and still tried where nothing else is left', async () => {
    fixture.upstream.script([error('badKey'), { kind: 'answer' }], 'm-locked');
    expect(await called(ask('unpaid'))).toEqual(['m-locked', 'm-steady']);
    expect(await called(ask('unpaid'))).toEqual(['m-steady']);
    const { excluded } = await routeOf(ask('unpaid'));
    expect(excluded).toMatchObject([{ deployment: 'locked', reasons: [{ reason: 'breaker_open', transient: true }] }]);
    expect((await fixture.gateway.chat(ask('locked'))).status).toBe(200);
  });
});
