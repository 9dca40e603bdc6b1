import { firstKey, useRealKeys } from './real-keys.ts';
import { runApp, type RunningApp } from './running-app.ts';

let app: RunningApp;
let keys: ReturnType<typeof useRealKeys>;
beforeEach(async () => {
  app = await runApp();
  keys = useRealKeys(app.gateway);
});
afterEach(() => app.close());

interface KeyObject {
  id: string;
  key: string;
  secrets: { prefix: string; expires_at: number | null }[];
}

async function send(
  method: string,
  path: string,
  { key = firstKey, body, headers = {} }: { key?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; text: string; json: KeyObject }> {
  const answer = await fetch(app.url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: JSON.parse(text) };
}

const create = (body: object, key = firstKey) => send('POST', '/admin/keys', { key, body: { name: 'desk', ...body } });
const idsOf = ({ text }: { text: string }): string[] =>
  (JSON.parse(text) as { data: KeyObject[] }).data.map(({ id }) => id);
const useKey = async (key: string): Promise<number> => (await send('GET', '/v1/models', { key })).status;
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

describe('POST /admin/keys', () => {
  it('shows the key once, and the key works', async () => {
    const created = await create({ tenant: 'tenant-a', scopes: ['inference', 'audit'], limits: { rpm: 60 } });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`/admin/keys/${created.json.id}`);
    expect(created.headers.get('cache-control')).toBe('no-store');
    expect(created.json).toEqual({
      id: expect.stringMatching(/^key_[0-9a-f]{24}$/),
      object: 'gateway.api_key',
      key: expect.stringMatching(/^hf_[0-9a-f]{16}_[\w-]{43}$/),
      name: 'desk',
      tenant: 'tenant-a',
      scopes: ['inference', 'audit'],
      models: null,
      allowed_ips: null,
      budget: null,
      limits: { rpm: 60 },
      created_at: expect.any(Number),
      created_by: 'first-key',
      expires_at: null,
      last_used_at: null,
      secrets: [{ prefix: created.json.key.slice(0, 19), created_at: expect.any(Number), expires_at: null }],
    });
    expect(await useKey(created.json.key)).toBe(200);
  });

  it('makes a key for inference in the own tenant where nothing else is said', async () => {
    expect((await create({})).json).toMatchObject({ tenant: 'default', scopes: ['inference'] });
  });

  it.each([
    ['no name', { name: undefined }, 'name'],
    ['a name of control characters', { name: 'a\nb' }, 'name'],
    ['a scope that does not exist', { scopes: ['root'] }, 'scopes[0]'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['a tenant that is not configured', { tenant: 'bank' }, 'tenant'],
    ['a model that does not exist', { models: ['auto', 'gpt-0'] }, 'models[1]'],
    ['no model', { models: [] }, 'models'],
    ['an address that is none', { allowed_ips: ['10.0.0.0/8', '10.0.0.256'] }, 'allowed_ips[1]'],
    ['an end that has passed', { expires_at: inSeconds(-1) }, 'expires_at'],
    ['a limit of nothing', { limits: { rpm: 0 } }, 'limits.rpm'],
    ['a field that does not exist', { expiresAt: 1 }, 'expiresAt'],
  ])('refuses %s, and names the field', async (_case, changes, param) => {
    const { status, text } = await create(changes);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { param } });
    expect(await keys.store.list()).toEqual([]);
  });
});

describe('what a key may do', () => {
  it('ends at its time', async () => {
    const { key } = (await create({ expires_at: inSeconds(3_600) })).json;
    expect(await useKey(key)).toBe(200);
    const { key: expiring, id } = (await create({ expires_at: inSeconds(3_600) })).json;
    await keys.store.change(id, { expiresAt: new Date(Date.now() - 1) });
    expect(await useKey(expiring)).toBe(401);
  });

  it('is bound to its addresses', async () => {
    const inside = (await create({ allowed_ips: ['127.0.0.1'] })).json.key;
    const outside = (await create({ allowed_ips: ['10.0.0.0/8', '::/0'] })).json.key;
    expect([await useKey(inside), await useKey(outside)]).toEqual([200, 403]);
  });

  it('is the same by both headers, and two different keys are refused', async () => {
    const { key } = (await create({})).json;
    const both = await send('GET', '/v1/models', { key, headers: { 'x-api-key': key } });
    const mixed = await send('GET', '/v1/models', { key, headers: { 'x-api-key': firstKey } });
    const alone = await fetch(`${app.url}/v1/models`, { headers: { 'x-api-key': key } });
    expect([both.status, mixed.status, alone.status]).toEqual([200, 401, 200]);
  });

  it('does not have a model called again that it may not name', async () => {
    const { key } = (await create({ tenant: 'tenant-a', models: ['light'] })).json;
    const { key: unbound } = (await create({ tenant: 'tenant-a' })).json;
    const { id, alias } = app.gateway.add('tenant-a', `req_${'0'.repeat(32)}`, false);
    expect(alias).toBe('auto');
    const retried = await send('POST', `/v1/requests/${id}/retry`, { key });
    expect(retried.status).toBe(403);
    expect((await send('GET', `/v1/requests/${id}`, { key })).status).toBe(200);
    expect((await send('POST', `/v1/requests/${id}/retry`, { key: unbound })).status).toBe(202);
  });

  it('changes by PATCH, at once; null takes a restriction away', async () => {
    const { id, key } = (await create({ allowed_ips: ['10.0.0.0/8'], models: ['light'] })).json;
    expect(await useKey(key)).toBe(403);
    const patched = await send('PATCH', `/admin/keys/${id}`, { body: { allowed_ips: null, name: 'front desk' } });
    expect(patched.json).toMatchObject({ name: 'front desk', allowed_ips: null, models: ['light'] });
    expect(await useKey(key)).toBe(200);
    await send('PATCH', `/admin/keys/${id}`, { body: { scopes: ['audit'] } });
    expect(await useKey(key)).toBe(403);
  });

  it('cannot be changed to another tenant, or to what does not exist', async () => {
    const { id } = (await create({})).json;
    for (const body of [{ tenant: 'tenant-b' }, { models: ['gpt-0'] }, { id: 'key_x' }, { name: null }]) {
      expect((await send('PATCH', `/admin/keys/${id}`, { body })).status).toBe(400);
    }
  });

  it('ends at once when it is deleted, and only then', async () => {
    const { id, key } = (await create({})).json;
    expect(await useKey(key)).toBe(200);
    expect((await send('DELETE', `/admin/keys/${id}`)).json).toEqual({ id, object: 'gateway.api_key', deleted: true });
    expect(await useKey(key)).toBe(401);
    expect((await send('DELETE', `/admin/keys/${id}`)).status).toBe(404);
  });
});

describe('POST /admin/keys/{id}/rotate', () => {
  it('gives another secret, and the one before works on for the overlap', async () => {
    const { id, key: old } = (await create({})).json;
    const rotated = await send('POST', `/admin/keys/${id}/rotate`, { body: { overlap_seconds: 600 } });
    expect(rotated.status).toBe(200);
    expect(rotated.json.id).toBe(id);
    expect(rotated.json.key).not.toBe(old);
    expect([await useKey(old), await useKey(rotated.json.key)]).toEqual([200, 200]);
    const [fresh, before] = rotated.json.secrets;
    expect(fresh).toMatchObject({ prefix: rotated.json.key.slice(0, 19), expires_at: null });
    expect(before?.prefix).toBe(old.slice(0, 19));
    expect(before?.expires_at).toBeGreaterThan(inSeconds(590));
    expect(before?.expires_at).toBeLessThanOrEqual(inSeconds(600));
  });

  it('without an overlap ends the one before at once', async () => {
    const { id, key: old } = (await create({})).json;
    const { key } = (await send('POST', `/admin/keys/${id}/rotate`, { body: { overlap_seconds: 0 } })).json;
    expect([await useKey(old), await useKey(key)]).toEqual([401, 200]);
  });

  it('needs no body: then the overlap is an hour', async () => {
    const { id } = (await create({})).json;
    const { secrets } = (await send('POST', `/admin/keys/${id}/rotate`)).json;
    expect(secrets[1]?.expires_at).toBeGreaterThan(inSeconds(3_590));
  });

  it.each([-1, 1.5, 31 * 86_400, '60'])('refuses an overlap of %p', async (overlap) => {
    const { id } = (await create({})).json;
    const { status } = await send('POST', `/admin/keys/${id}/rotate`, { body: { overlap_seconds: overlap } });
    expect(status).toBe(400);
  });
});

describe('a secret', () => {
  it('is in no answer but the first, and in no line of the log', async () => {
    const { id, key } = (await create({})).json;
    const { key: second } = (await send('POST', `/admin/keys/${id}/rotate`)).json;
    await useKey(key);
    await useKey(second);
    const later = await Promise.all([
      send('GET', '/admin/keys'),
      send('GET', `/admin/keys/${id}`),
      send('PATCH', `/admin/keys/${id}`, { body: { name: 'x' } }),
      send('GET', `/admin/keys/${second}`),
      send('PATCH', `/admin/keys/${id}`, { body: { name: second, scopes: [second] } }),
      send('DELETE', `/admin/keys/${id}`),
    ]);
    const metrics = await app.registry.metrics();
    for (const secret of [key.slice(-43), second.slice(-43)]) {
      for (const text of [...later.map((answer) => answer.text), ...app.logged, metrics]) {
        expect(text).not.toContain(secret);
      }
    }
  });
});

describe('admins', () => {
  it('of the default tenant see and change the keys of all tenants', async () => {
    const { id } = await keys.keyFor('tenant-a', ['inference']);
    const other = await keys.keyFor('tenant-b', ['inference']);
    expect(idsOf(await send('GET', '/admin/keys')).toSorted()).toEqual([id, other.id].toSorted());
    expect(idsOf(await send('GET', '/admin/keys?tenant=tenant-a'))).toEqual([id]);
    expect((await send('DELETE', `/admin/keys/${id}`)).status).toBe(200);
  });

  it('of another tenant see, make and change only its own, and learn nothing of others', async () => {
    const { key } = await keys.keyFor('tenant-a', ['admin']);
    const foreign = await keys.keyFor('tenant-b', ['inference']);
    const listed = await send('GET', '/admin/keys', { key });
    expect(listed.text).not.toContain(foreign.id);
    expect(JSON.parse((await send('GET', '/admin/keys?tenant=tenant-b', { key })).text)).toEqual({
      object: 'list',
      data: [],
    });
    const refused = await create({ tenant: 'tenant-b' }, key);
    const unknown = await create({ tenant: 'tenant-c' }, key);
    expect([refused.status, unknown.status]).toEqual([400, 400]);
    expect(refused.text).toBe(unknown.text);
    expect((await create({}, key)).json).toMatchObject({ tenant: 'tenant-a' });
  });

  it.each(['%00', 'a%0Ab', '', 'x'.repeat(257), 'a&tenant=b', 'a&limit=1'])(
    'get 400 for keys of the tenant %s',
    async (tenant) => {
      expect((await send('GET', `/admin/keys?tenant=${tenant}`)).status).toBe(400);
    },
  );

  it('are told of a key’s last use', async () => {
    const { id, key } = await keys.keyFor('tenant-a', ['inference']);
    await useKey(key);
    expect(keys.store.touched).toEqual([{ id, usedAt: expect.any(Date) }]);
  });

  it.each(['key_', 'key_XYZ', '..%2f..%2fetc', `key_${'0'.repeat(24)}`, "key_' or 1=1 --", '%00'])(
    'get 404 for the id %s',
    async (id) => {
      for (const method of ['GET', 'DELETE']) expect((await send(method, `/admin/keys/${id}`)).status).toBe(404);
    },
  );
});
