import { type RunningApp, runApp } from './running-app.ts';

describe('the administration of tenants and end users', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await runApp();
  });
  afterAll(() => app.close());
  beforeEach(() => {
    app.gateway.administered.length = 0;
  });

  const ask = (method: string, path: string, key = 'key-b') =>
    fetch(app.url + path, { method, headers: { authorization: `Bearer ${key}` } });

  it('erases a tenant, and says what is gone', async () => {
    const answer = await ask('DELETE', '/admin/tenants/tenant-b');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      object: 'erasure',
      tenant: 'tenant-b',
      status: 'erased',
      keys_destroyed: 2,
      requests_deleted: 3,
    });
  });

  it("erases one end user of the admin's tenant, without repeating his name", async () => {
    const answer = await ask('DELETE', `/admin/subjects/${encodeURIComponent('alice/王@example.com')}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain('alice');
    expect(app.gateway.administered).toEqual(['tenant-b alice/王@example.com']);
  });

  it('rotates the key of a tenant', async () => {
    const answer = await ask('POST', '/admin/tenants/tenant-b/rotate-key');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ object: 'tenant.key', tenant: 'tenant-b', key_id: expect.any(String) });
  });

  it('does not know the tenants of others, nor their end users, and changes nothing of them', async () => {
    for (const [method, path] of [
      ['DELETE', '/admin/tenants/tenant-a'],
      ['POST', '/admin/tenants/tenant-a/rotate-key'],
      ['DELETE', '/admin/subjects/alice?tenant=tenant-a'],
    ] as const) {
      expect((await ask(method, path)).status).toBe(404);
    }
    expect(app.gateway.administered).toEqual([]);
  });

  it('is for admins only', async () => {
    for (const key of ['key-a', 'key-audit']) {
      expect((await ask('DELETE', '/admin/tenants/tenant-a', key)).status).toBe(403);
      expect((await ask('DELETE', '/admin/subjects/alice', key)).status).toBe(403);
    }
    expect(app.gateway.administered).toEqual([]);
  });

  it('refuses names that are none and questions it does not know', async () => {
    expect((await ask('DELETE', `/admin/subjects/${'a'.repeat(1025)}`)).status).toBe(400);
    expect((await ask('DELETE', '/admin/subjects/alice?user=bob')).status).toBe(400);
    expect((await ask('DELETE', `/admin/tenants/${'a'.repeat(257)}`)).status).toBe(400);
  });
});
