import { createRequestLimits } from '../../../api/edge/request-limits.ts';
import type { RateLimits } from '../../../domain/edge.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';
import { createInProcessLimiter } from '../../../platform/rate-limit/in-process-limiter.ts';
import { runApp, type RunningApp, until } from './running-app.ts';

let app: RunningApp;
afterEach(() => app.close());

/** An app whose callers have these limits, by a clock that stands still. */
async function run({ ofKey, ofTenant }: { ofKey?: RateLimits; ofTenant?: RateLimits }): Promise<void> {
  app = await runApp();
  const config = resolveConfig(
    {
      providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1' } },
      deployments: { light: { provider: 'near', model: 'small-chat' } },
      tenants: ofTenant ? { 'tenant-a': { limits: ofTenant } } : {},
    },
    {},
    'gateway.yaml',
  );
  const { enter } = createRequestLimits(
    () => config,
    createInProcessLimiter(() => 0),
  );
  app.gateway.enter = (principal) => enter({ ...principal, ...(ofKey && { limits: ofKey }) });
}

const chat = (headers: Record<string, string> = {}) =>
  app.post('/v1/chat/completions', { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] }, headers);
const allowance = ({ headers }: Response) =>
  ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}-requests`));

describe('requests a minute', () => {
  it('are counted down in the headers of OpenAI, and refused when they are used up', async () => {
    await run({ ofKey: { rpm: 2 } });
    const answers = [await chat(), await chat(), await chat()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(allowance)).toEqual([
      ['2', '1', '30s'],
      ['2', '0', '1m0s'],
      ['2', '0', '1m0s'],
    ]);
    const refused = answers[2];
    expect(refused?.headers.get('retry-after')).toBe('30');
    expect(await refused?.json()).toEqual({
      error: {
        message: 'More than the 2 requests a minute that are allowed here. Try again after Retry-After.',
        type: 'rate_limit_error',
        code: 'rate_limit_exceeded',
        param: null,
      },
    });
    expect(app.gateway.submitted).toHaveLength(2);
  });

  it('are refused before the body is read', async () => {
    await run({ ofKey: { rpm: 1 } });
    await chat();
    expect((await app.post('/v1/chat/completions', '{broken')).status).toBe(429);
  });

  it('of a tenant are shared by its keys, and are nobody else‘s', async () => {
    await run({ ofTenant: { rpm: 1 } });
    expect((await chat()).status).toBe(200);
    expect((await chat()).status).toBe(429);
    expect((await chat({ authorization: 'Bearer key-b' })).status).toBe(200);
  });

  it('are not used up by reading what there is, nor by an unknown key', async () => {
    await run({ ofKey: { rpm: 1 } });
    for (const path of ['/v1/models', '/v1/requests', '/healthz']) {
      const answer = await app.get(path);
      expect([answer.status, allowance(answer)]).toEqual([200, [null, null, null]]);
    }
    expect((await chat({ authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await chat()).status).toBe(200);
  });

  it('add no header where there is no limit', async () => {
    await run({});
    expect(allowance(await chat())).toEqual([null, null, null]);
  });
});

const entered = async () => (await chat()).status;

describe('requests at a time', () => {
  it('are free again with the end of an answer', async () => {
    await run({ ofKey: { concurrency: 1 } });
    app.gateway.script = { kind: 'hang' };
    const left = new AbortController();
    const first = fetch(`${app.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer key-a', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hi' }] }),
      signal: left.signal,
    }).catch(() => undefined);
    await until(() => app.gateway.submitted.length === 1);
    const refused = await chat();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    app.gateway.script = { kind: 'complete' };
    left.abort();
    await first;
    await until(() => app.gateway.cancelled.length === 1);
    let status = 429;
    while (status === 429) status = await entered();
    expect(status).toBe(200);
  });

  it('are held by a request that was only accepted until it has ended', async () => {
    await run({ ofKey: { concurrency: 1 } });
    app.gateway.script = { kind: 'hang' };
    const accepted = await chat({ prefer: 'respond-async' });
    expect(accepted.status).toBe(202);
    expect(await entered()).toBe(429);
    app.gateway.play(String(accepted.headers.get('x-request-id')), { kind: 'complete' });
    app.gateway.script = { kind: 'complete' };
    let status = 429;
    while (status === 429) status = await entered();
    expect(status).toBe(200);
  });
});
