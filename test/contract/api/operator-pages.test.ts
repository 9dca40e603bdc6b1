import { createServer, type IncomingMessage, request as openRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessions } from '../../../api/ui/sessions.ts';
import { type RunningApp, runApp } from './running-app.ts';

/** Stands for the Temporal UI: says what it was asked. */
async function startUi(seen: IncomingMessage[]): Promise<{ server: Server; url: string }> {
  const server = createServer((req, res) => {
    seen.push(req);
    res.setHeader('set-cookie', '_csrf=token; Path=/; SameSite=Strict');
    res.setHeader('access-control-allow-origin', '*');
    res.setHeader('content-type', 'text/html');
    req.pipe(res, { end: true });
    if (req.method === 'GET') res.end(`page ${req.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('the pages for operators', () => {
  let app: RunningApp;
  let ui: Awaited<ReturnType<typeof startUi>>;
  const seen: IncomingMessage[] = [];
  beforeAll(async () => {
    ui = await startUi(seen);
    app = await runApp({}, (gateway) => (gateway.temporalUi = ui.url));
  });
  afterAll(async () => {
    await app.close();
    ui.server.close();
    ui.server.closeAllConnections();
  });
  beforeEach(() => {
    seen.length = 0;
  });

  const send = (path: string, init: RequestInit = {}) => fetch(app.url + path, { redirect: 'manual', ...init });
  const signIn = (key: string, fields = {}, headers = {}) =>
    send('/ui/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ key, ...fields }),
      headers: { origin: app.url, ...headers },
    });
  const sessionOf = async (key: string) => {
    const [cookie = ''] = (await signIn(key)).headers.getSetCookie();
    return cookie.split(';')[0] ?? '';
  };
  const decode = (headers: Record<string, string>) =>
    send('/codec/decode', {
      method: 'POST',
      body: '{"payloads":[]}',
      headers: { 'content-type': 'application/json', ...headers },
    });
  const lastAction = async () => {
    const reader = { id: 'c', tenant: 'default', scopes: ['audit'] } as const;
    return (await app.gateway.audit.page(reader, {}, undefined, 1)).entries[0];
  };
  /** As clients do not write it: the address as it is given. */
  const rawStatus = (path: string, cookie: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      openRequest({ port: app.port, path, headers: { cookie } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .once('error', reject)
        .end();
    });
  const page = { accept: 'text/html' };

  it('send a browser that has not signed in to the page where it can, and let nothing through', async () => {
    const answer = await send('/temporal/namespaces/holdfast?a=b', { headers: page });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/ui/sign-in?next=%2Ftemporal%2Fnamespaces%2Fholdfast%3Fa%3Db');
    expect((await send('/temporal/api/v1/namespaces')).status).toBe(401);
    expect((await send('/temporal/api/v1/x', { method: 'POST' })).status).toBe(401);
    expect(seen).toEqual([]);
  });

  it('take a key, and give a cookie that scripts cannot read and other sites cannot send', async () => {
    const form = await send('/ui/sign-in?next=/temporal/x');
    expect(await form.text()).toContain('value="/temporal/x"');
    expect(form.headers.get('content-security-policy')).toContain("default-src 'none'");
    const answer = await signIn('key-operator', { next: '/temporal/x' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/temporal/x');
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      /^holdfast_session=[\w-]+; Max-Age=3600; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain('key-operator');
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/v1/models', '/temporalx', 'javascript:x'])(
    'go nowhere else after it: %s',
    async (next) => {
      expect((await signIn('key-operator', { next })).headers.get('location')).toBe('/temporal/');
      expect(await (await send(`/ui/sign-in?next=${encodeURIComponent(next)}`)).text()).not.toContain(next);
    },
  );

  it('turn away wrong keys, keys without the scope, and forms of other sites', async () => {
    const wrong = await signIn('nobody');
    expect(wrong.status).toBe(401);
    expect(await wrong.text()).toContain('not valid');
    expect((await signIn('key-a')).status).toBe(403);
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
      const answer = await signIn('key-operator', {}, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await signIn('')).status).toBe(400);
    expect((await signIn('a'.repeat(40_000))).status).toBe(400);
  });

  it('show the Temporal UI to who has signed in, and tell it nothing of the session', async () => {
    const cookie = await sessionOf('key-operator');
    const answer = await send('/temporal/api/v1/x?y=1', { headers: { cookie: `a=b; ${cookie}; _csrf=token` } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('page /temporal/api/v1/x?y=1');
    expect(seen[0]?.headers.cookie).toBe('a=b; _csrf=token');
    expect(seen[0]?.headers.host).toBe(new URL(ui.url).host);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.getSetCookie()).toEqual(['_csrf=token; Path=/; SameSite=Strict']);
  });

  it("pass its writes on with the UI's own token, and none that another page sends", async () => {
    const cookie = await sessionOf('key-operator');
    const write = (headers: Record<string, string>) =>
      send('/temporal/api/v1/terminate', {
        method: 'POST',
        body: '{"reason":"x"}',
        headers: { cookie, 'x-csrf-token': 'token', ...headers },
      });
    const answer = await write({ origin: app.url });
    expect(await answer.text()).toBe('{"reason":"x"}');
    expect(seen[0]?.headers['x-csrf-token']).toBe('token');
    expect(await lastAction()).toMatchObject({
      action: 'temporal.changed',
      target: '/api/v1/terminate',
      principal: 'd',
      outcome: 'done',
    });
    for (const headers of [{}, { origin: 'https://evil.example' }, { origin: `http://localhost:${app.port}` }]) {
      expect((await write(headers as Record<string, string>)).status).toBe(403);
    }
    for (const site of ['same-site', 'cross-site', 'none']) {
      expect((await write({ origin: app.url, 'sec-fetch-site': site })).status).toBe(403);
    }
    expect((await send('/temporal/', { headers: { cookie, 'sec-fetch-site': 'same-site' } })).status).toBe(403);
    expect(seen).toHaveLength(1);
  });

  it.each(['/temporal/../../x', '/temporal/..//127.0.0.1:1/x', '/temporal/%2e%2e/x'])(
    'pass nothing on but what lives under its path: %s',
    async (path) => {
      expect(await rawStatus(path, await sessionOf('key-operator'))).toBe(404);
      expect(seen).toEqual([]);
    },
  );

  it('ask no other server than the UI, whatever the address says', async () => {
    expect(await rawStatus('http://127.0.0.1:1/temporal/x', await sessionOf('key-operator'))).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual(['/temporal/x']);
  });

  it('let the page decrypt with the session alone, and nobody without it', async () => {
    const cookie = await sessionOf('key-operator');
    expect((await decode({ cookie, origin: app.url })).status).toBe(200);
    expect((await decode({ cookie, origin: ui.url })).status).toBe(200);
    expect((await decode({ cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await decode({ cookie })).status).toBe(403);
    expect((await decode({ origin: app.url })).status).toBe(401);
  });

  it('take the session for nothing else', async () => {
    const cookie = await sessionOf('key-operator');
    expect((await send('/v1/models', { headers: { cookie } })).status).toBe(401);
    expect((await send('/admin/deployments', { headers: { cookie } })).status).toBe(401);
  });

  it('keep admins of other tenants out of the UI, which shows all of them', async () => {
    const cookie = await sessionOf('key-b');
    expect((await send('/temporal/', { headers: { cookie } })).status).toBe(403);
    expect(seen).toEqual([]);
  });

  it('end a session with its time, with its key, and on request', async () => {
    const sessions = createSessions(app.gateway.master);
    const cookieOf = (shown: string, expiresAt: Date) => `holdfast_session=${sessions.seal({ shown, expiresAt })}`;
    const later = new Date(Date.now() + 60_000);
    const status = async (cookie: string) => (await send('/temporal/', { headers: { cookie } })).status;
    expect(await status(cookieOf('key-operator', later))).toBe(200);
    expect(await status(cookieOf('key-operator', new Date(Date.now() - 1)))).toBe(401);
    expect(await status(cookieOf('revoked', later))).toBe(401);
    expect(await status('holdfast_session=made-up')).toBe(401);
    const out = await send('/ui/sign-out', { method: 'POST', headers: { origin: app.url } });
    expect(out.headers.getSetCookie()[0]).toMatch(/^holdfast_session=; .*Expires=Thu, 01 Jan 1970/);
  });

  it('say that the UI does not answer', async () => {
    const cookie = await sessionOf('key-operator');
    app.gateway.temporalUi = 'http://127.0.0.1:1';
    expect((await send('/temporal/', { headers: { cookie } })).status).toBe(503);
    app.gateway.temporalUi = undefined;
    expect((await send('/temporal/', { headers: { cookie } })).status).toBe(404);
    app.gateway.temporalUi = ui.url;
  });
});
