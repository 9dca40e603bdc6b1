import { runApp, type RunningApp } from './running-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await runApp();
});
afterAll(() => app.close());

const hello = { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] };
const post = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/v1/route`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: 'Bearer key-a', 'content-type': 'application/json', ...headers },
  });

describe('POST /v1/route', () => {
  it('answers the ranking and the exclusions, in dollars and milliseconds, and submits nothing', async () => {
    const answer = await post({ ...hello, gateway: { qos: { cost: 1 } } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      model: 'auto',
      strategy: 'balanced',
      weights: { cost: 1, latency: 0, quality: 0 },
      order: ['light'],
      ranked: [{ deployment: 'light', rank: 1, latency_ms: 900, cost_usd: 0.0015, quality: 0.7, score: 0.6 }],
      cascade: null,
      hedge: null,
      quality_model: null,
      excluded: [
        { deployment: 'far', reasons: [{ reason: 'local_only', transient: false, detail: 'kept inside by policy' }] },
      ],
    });
    expect(app.gateway.submitted).toEqual([]);
  });

  it('takes the weights of the header', async () => {
    const answer = await post(hello, { 'x-gateway-qos': 'latency=0.5' });
    expect(await answer.json()).toMatchObject({ weights: { cost: 0, latency: 0.5, quality: 0 } });
  });

  it('judges the body as the chat address does', async () => {
    const answer = await post({ model: 'auto' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { param: 'messages' } });
  });
});
