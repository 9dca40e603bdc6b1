import { createIpGate } from '../../../api/edge/ip-gate.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';
import { runApp, type RunningApp } from './running-app.ts';

function configWith(more: object) {
  return resolveConfig(
    {
      providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1' } },
      deployments: { light: { provider: 'near', model: 'small-chat' } },
      ...more,
    },
    {},
    'gateway.yaml',
  );
}

let app: RunningApp;
async function run(config: object, trustProxy: string[] = []): Promise<void> {
  app = await runApp({ trustProxy });
  app.gateway.allowsIp = createIpGate(() => configWith(config)).allowsIp;
}
afterEach(() => app.close());

const status = async (forwardedFor?: string, path = '/v1/models') =>
  (await app.get(path, forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor })).status;

describe('allowed addresses', () => {
  it('keep a foreign peer out of every address but the probes, with or without a key', async () => {
    await run({ edge: { allowIps: ['192.0.2.0/24'] } });
    const answer = await app.get('/v1/models');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'permission_denied', type: 'permission_error' } });
    for (const path of ['/openapi.json', '/metrics', '/nowhere']) expect(await status(undefined, path)).toBe(403);
    for (const path of ['/healthz', '/readyz']) expect(await status(undefined, path)).toBe(200);
  });

  it('let a named peer in', async () => {
    await run({ edge: { allowIps: ['127.0.0.1'] } });
    expect(await status()).toBe(200);
  });

  it('do not believe X-Forwarded-For of a peer that is no trusted proxy', async () => {
    await run({ edge: { allowIps: ['192.0.2.0/24'] } });
    expect(await status('192.0.2.1')).toBe(403);
    await app.close();
    await run({ edge: { allowIps: ['192.0.2.0/24'] } }, ['10.0.0.0/8']);
    expect(await status('192.0.2.1')).toBe(403);
  });

  it.each([
    ['192.0.2.1', 200],
    ['::ffff:192.0.2.1', 200],
    // What the client wrote itself stands left of what the proxy saw.
    ['192.0.2.1, 203.0.113.9', 403],
    ['203.0.113.9, 192.0.2.1', 200],
    ['192.0.2.1, 203.0.113.9, 10.1.1.1', 403],
    ['203.0.113.9, 192.0.2.1, 10.1.1.1, 127.0.0.1', 200],
    ['10.1.1.1', 403],
    ['192.0.2.1, unknown', 403],
    ['192.0.2.1:4711', 403],
    ['', 403],
  ])('judge the right-most address that is no trusted proxy: %j gives %i', async (forwardedFor, expected) => {
    await run({ edge: { allowIps: ['192.0.2.0/24'] } }, ['127.0.0.1', '10.0.0.0/8']);
    expect(await status(forwardedFor)).toBe(expected);
  });

  it('of a tenant keep its callers out elsewhere, and nobody else', async () => {
    await run({ tenants: { 'tenant-a': { allowIps: ['192.0.2.0/24'] } } }, ['127.0.0.1']);
    expect(await status('192.0.2.1')).toBe(200);
    expect(await status('203.0.113.9')).toBe(403);
    expect((await app.get('/v1/models', { authorization: 'Bearer key-b' })).status).toBe(200);
    expect((await app.get('/v1/models', { authorization: 'Bearer wrong' })).status).toBe(401);
  });
});
