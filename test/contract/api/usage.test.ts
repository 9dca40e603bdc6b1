import { runApp, type RunningApp } from './running-app.ts';

let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
});
afterEach(() => app.close());

function ask(query = '', key = 'key-operator', headers = {}) {
  return fetch(`${app.url}/admin/usage${query}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
}

describe('GET /admin/usage', () => {
  it('sums by what is asked for, with the budgets as they stand', async () => {
    const answer = await ask('?group_by=day,deployment&from=2026-11-01&to=2026-12-01T00:00:00Z');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      object: 'gateway.usage',
      from: Date.parse('2026-11-01T00:00:00Z') / 1000,
      to: Date.parse('2026-12-01T00:00:00Z') / 1000,
      group_by: ['day', 'deployment'],
      total_usd: 1.000021,
      total_requests: 2,
      total_input_tokens: 11,
      total_output_tokens: 5,
      data: [
        {
          day: '2026-11-23',
          deployment: 'light',
          requests: 2,
          attempts: 3,
          input_tokens: 11,
          output_tokens: 5,
          cost_usd: 1.000021,
        },
      ],
      budgets: [
        {
          tenant: 'tenant-a',
          key: null,
          period: 'day',
          limit_usd: 5,
          spent_usd: 0.000021,
          reserved_usd: 0.0004,
          renews_at: Date.parse('2026-11-24T00:00:00Z') / 1000,
        },
      ],
    });
  });

  it('takes this month and every group where nothing is said', async () => {
    expect(await (await ask()).json()).toMatchObject({ group_by: ['day', 'tenant', 'key', 'alias', 'deployment'] });
    const [question] = app.gateway.usageAsked;
    expect(question?.from.toISOString()).toMatch(/-01T00:00:00\.000Z$/);
    expect(question?.from.getUTCMonth()).toBe(new Date().getUTCMonth());
    expect(question).not.toHaveProperty('tenant');
  });

  it.each([
    ['?format=csv&group_by=key,alias', {}],
    ['?group_by=key,alias', { accept: 'text/csv' }],
  ])('is a table by %s %j, without formulas', async (query, headers) => {
    const answer = await ask(query, 'key-operator', headers);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await answer.text()).toBe(
      'key,alias,requests,attempts,input_tokens,output_tokens,cost_usd\r\n' +
        '"\'=key, ""b""",auto,2,3,11,5,1.000021\r\n',
    );
  });

  it('shows an admin of another tenant its own only, and is closed to keys that only ask models', async () => {
    await (await ask('', 'key-b')).json();
    await (await ask('?tenant=tenant-a', 'key-b')).json();
    const [own, others] = app.gateway.usageAsked;
    expect(own).toMatchObject({ tenant: 'tenant-b' });
    expect(others).toMatchObject({ tenant: 'tenant-b' });
    expect(others?.from).toEqual(others?.to);
    expect((await ask('', 'key-a')).status).toBe(403);
  });

  it.each(['?group_by=hour', '?from=yesterday', '?format=xml', '?by=day'])(
    'refuses %s and names the field',
    async (query) => {
      const answer = await ask(query);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid_request' } });
    },
  );
});
