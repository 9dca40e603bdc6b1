import type { ConfigFile } from '../../platform/config/config-file.ts';
import type { Behaviour } from '../doubles/behaviour.ts';
import { type GatewayFixture, startFixture } from '../support/gateway-fixture.ts';
import { readWhole } from '../support/read-stream.ts';

const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

const at = (model: string) => ({ provider: 'near', model, price });

function hedges(upstreamUrl: string): ConfigFile {
  const pair: [string, ...string[]] = ['slow', 'quick'];
  return {
    providers: { near: { kind: 'openai-compatible', baseUrl: `${upstreamUrl}/v1`, local: true } },
    deployments: { slow: at('m-slow'), quick: at('m-quick') },
    aliases: {
      always: { deployments: pair, strategy: 'ordered', hedge: { afterMs: 150, maxShare: 1 } },
      seldom: { deployments: pair, strategy: 'ordered', hedge: { afterMs: 100, maxShare: 0.1 } },
      thrifty: {
        deployments: pair,
        strategy: 'ordered',
        hedge: { afterMs: 100, maxShare: 1, maxExtraCostUsd: 0.000_02 },
      },
    },
  };
}

let fixture: GatewayFixture;
beforeAll(async () => {
  fixture = await startFixture({}, hedges);
});
afterAll(() => fixture.close());

const late: Behaviour = { kind: 'answer', firstTokenMs: 2_000, parts: ['late ', 'answer'] };
const prompt: Behaviour = { kind: 'answer', parts: ['prompt ', 'answer'] };
const body = (model: string, more: object = {}) => ({
  model,
  messages: [{ role: 'user', content: 'Say hello.' }],
  ...more,
});

async function outcomeOf(model: string, scripts: { slow: Behaviour[]; quick: Behaviour[] }, more: object = {}) {
  const { upstream, gateway } = fixture;
  upstream.script(scripts.slow, 'm-slow');
  upstream.script(scripts.quick, 'm-quick');
  const before = upstream.calls.length;
  const response = await gateway.chat(body(model, more));
  const text = response.headers.get('content-type')?.includes('event-stream')
    ? (await readWhole(response)).text
    : await response.text();
  const record = await gateway.record(response.headers.get('x-request-id'));
  return {
    status: response.status,
    text,
    record,
    calls: upstream.calls.slice(before),
    called: upstream.calls.slice(before).map(({ model: called }) => called),
    attempts: record.attempts.map(({ deployment, outcome, error_type: type }) => `${deployment} ${type ?? outcome}`),
  };
}

describe('a hedged request', () => {
  it.each([true, false])(
    'is answered by the second deployment where the first is late (stream: %s)',
    async (stream) => {
      const slow: Behaviour = stream ? late : { ...late, delayMs: 2_000 };
      const outcome = await outcomeOf('always', { slow: [slow], quick: [prompt] }, { stream });
      expect(outcome).toMatchObject({ status: 200, called: ['m-slow', 'm-quick'] });
      expect(outcome.text).toContain('prompt answer');
      expect(outcome.text).not.toContain('late');
      expect(outcome.attempts).toEqual(['slow overtaken', 'quick succeeded']);
      expect(outcome.record).toMatchObject({ deployment: 'quick', attempts: [{ outcome: 'cancelled' }, {}] });
      expect(outcome.record.cost_usd).toBeCloseTo(
        outcome.record.attempts.reduce((sum, { cost_usd: cost }) => sum + cost, 0),
        9,
      );
      await fixture.upstream.until(() => outcome.calls[0]?.abortedAt !== undefined, 2_000);
    },
  );

  it('makes one call where the first deployment is in time', async () => {
    const outcome = await outcomeOf('always', { slow: [prompt], quick: [late] }, { stream: true });
    expect(outcome).toMatchObject({ called: ['m-slow'], text: 'prompt answer', attempts: ['slow succeeded'] });
  });

  it('keeps to the first deployment where that begins before the second', async () => {
    const slow: Behaviour = { kind: 'answer', firstTokenMs: 500, parts: ['first ', 'answer'] };
    const outcome = await outcomeOf('always', { slow: [slow], quick: [late] }, { stream: true });
    expect(outcome).toMatchObject({ called: ['m-slow', 'm-quick'], text: 'first answer' });
    expect(outcome.attempts).toEqual(['slow succeeded', 'quick overtaken']);
  });

  it('goes on with the first call where the second fails, and fails over where the first fails early', async () => {
    const slow: Behaviour = { kind: 'answer', firstTokenMs: 500, parts: ['first ', 'answer'] };
    const broken: Behaviour = { kind: 'error', error: 'noModel' };
    const kept = await outcomeOf('always', { slow: [slow], quick: [broken] }, { stream: true });
    expect(kept).toMatchObject({ text: 'first answer' });
    expect(kept.attempts).toEqual(['slow succeeded', 'quick provider_model_missing']);
    const early = await outcomeOf('always', { slow: [broken], quick: [prompt] }, { stream: true });
    expect(early.attempts).toEqual(['slow provider_model_missing', 'quick succeeded']);
  });

  it('says what failed where both calls fail', async () => {
    const slowly: Behaviour = { kind: 'raw', status: 404, headers: {}, body: '{}' };
    const outcome = await outcomeOf(
      'always',
      {
        slow: [{ kind: 'stall', afterTokens: 0 }],
        quick: [slowly],
      },
      { gateway: { timeoutMs: 800 } },
    );
    expect(outcome.status).toBe(504);
    expect(outcome.attempts).toEqual(['slow deadline_exceeded', 'quick provider_model_missing']);
  });

  it('keeps second calls to their share, and to what they may cost', async () => {
    const { upstream } = fixture;
    const before = upstream.calls.length;
    for (let each = 0; each < 6; each++) {
      await outcomeOf('seldom', { slow: [{ ...prompt, delayMs: 250 }], quick: [prompt] });
    }
    expect(upstream.calls.slice(before).filter(({ model }) => model === 'm-quick')).toHaveLength(1);
    const thrifty = await outcomeOf('thrifty', { slow: [{ ...prompt, delayMs: 250 }], quick: [prompt] });
    expect(thrifty.called).toEqual(['m-slow']);
  });
});
