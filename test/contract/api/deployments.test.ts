import { runApp, type RunningApp } from './running-app.ts';

let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
});
afterEach(() => app.close());

async function ask(method: 'GET' | 'POST', path: string, key = 'key-operator') {
  const answer = await fetch(`${app.url}/admin/${path}`, { method, headers: { authorization: `Bearer ${key}` } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('GET /admin/deployments', () => {
  it('shows operators which deployment is out, and why', async () => {
    const { body } = await ask('GET', 'deployments', 'key-b');
    expect(body).toMatchObject({
      object: 'list',
      data: [
        {
          name: 'light/1',
          drained: false,
          breaker: 'open',
          breaker_reason: 'key_refused',
          breaker_open_until: 1_760_000_060_000,
          traffic_share: 0,
          errors: [{ type: 'provider_auth', count: 2, last_at: 1_760_000_000_000 }],
        },
      ],
    });
  });

  it('is closed to keys that only ask models', async () => {
    expect((await ask('GET', 'deployments', 'key-a')).status).toBe(403);
  });
});

describe('steering a deployment', () => {
  it('drains and undrains it, twice as well as once', async () => {
    for (const verb of ['drain', 'drain', 'undrain', 'undrain']) {
      const { status, body } = await ask('POST', `deployments/light%2F1/${verb}`);
      expect([status, body['name'], body['drained']]).toEqual([200, 'light/1', verb === 'drain']);
    }
  });

  it('says what a probe saw, be it good or bad', async () => {
    const { status, body } = await ask('POST', 'deployments/light%2F1/probe?call=chat');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      deployment: { name: 'light/1' },
      probe: { call: 'chat', ok: false, latency_ms: 12, saw: 'near answered 401' },
    });
  });

  it.each(['drain', 'undrain', 'probe'])('answers 404 where %s names no deployment', async (verb) => {
    const { status, body } = await ask('POST', `deployments/none/${verb}`);
    expect([status, body]).toMatchObject([404, { error: { code: 'not_found' } }]);
  });

  it('refuses a kind of probe that there is not', async () => {
    expect((await ask('POST', 'deployments/light%2F1/probe?call=image')).status).toBe(400);
  });

  it.each(['deployments/light%2F1/drain', 'deployments/light%2F1/probe', 'reload'])(
    'is for operators of the gateway, not of a tenant: %s',
    async (path) => {
      expect((await ask('POST', path, 'key-a')).status).toBe(403);
      expect((await ask('POST', path, 'key-b')).status).toBe(403);
      expect(app.gateway.drained).toBe(false);
    },
  );
});

describe('POST /admin/reload', () => {
  it('answers whether anything changed', async () => {
    const { status, body } = await ask('POST', 'reload');
    expect([status, body]).toEqual([200, { object: 'gateway.reload', changed: true, warnings: [] }]);
  });

  it('names the wrong field of a wrong file', async () => {
    app.gateway.wrongField = 'deployments.light.model: expected a string';
    const { status, body } = await ask('POST', 'reload');
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { message: expect.stringContaining('deployments.light.model') } });
  });
});
