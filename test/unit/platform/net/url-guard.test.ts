import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { GatewayError } from '../../../../domain/errors.ts';
import { createUrlGuard } from '../../../../platform/net/url-guard.ts';

type Addresses = { address: string; family: number }[];
const here: Addresses = [{ address: '127.0.0.1', family: 4 }];

/** Paths that the server was asked for. */
const asked: string[] = [];
let server: Server;
let tlsServer: Server;
let port: number;
let tlsPort: number;

beforeAll(async () => {
  server = createServer((req, res) => {
    asked.push(`${req.headers.host} ${req.url}`);
    const url = new URL(req.url ?? '/', 'http://any');
    const to = url.searchParams.get('to');
    if (to !== null) res.writeHead(Number(url.searchParams.get('status') ?? 302), { location: to }).end();
    else if (url.pathname === '/hang') res.write('x');
    else if (url.pathname === '/endless') res.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(100_000));
    else res.end('hello');
  });
  const pem = readFileSync('test/doubles/fixtures/self-signed.pem', 'utf8');
  tlsServer = createTlsServer({ cert: pem, key: pem }, (_req, res) => res.end('hello'));
  for (const each of [server, tlsServer]) await new Promise<void>((done) => each.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
  tlsPort = (tlsServer.address() as AddressInfo).port;
});
afterAll(async () => {
  for (const each of [server, tlsServer]) {
    each.closeAllConnections();
    await new Promise((done) => each.close(done));
  }
});
beforeEach(() => void asked.splice(0));

const step = (to: string) => `/?to=${encodeURIComponent(to)}`;

/** A guard to which 127.0.0.1, where the test's server is, counts as public, for names only. */
function guardWith(answers: Addresses[]) {
  const lookups: string[] = [];
  const guard = createUrlGuard({
    resolve: async (name) => {
      lookups.push(name);
      return answers[lookups.length - 1] ?? [{ address: '127.0.0.2', family: 4 }];
    },
    isPublic: (address) => address === '127.0.0.1',
  });
  return { guard, lookups };
}

const call = (url: string, more: object = {}) =>
  ({ url, method: 'GET', param: 'image_url', allowHttp: true, maxBytes: 1000, timeoutMs: 2000, ...more }) as const;

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'was called',
    (error: unknown) => (error instanceof GatewayError ? error.type : String(error)),
  );
}

describe('the guard of URLs', () => {
  it('calls a public name and brings its answer', async () => {
    const { guard } = guardWith([here]);
    const answer = await guard.fetch(call(`http://pictures.example:${port}/cat.png`));
    expect([answer.status, answer.body.toString()]).toEqual([200, 'hello']);
    expect(asked).toEqual([`pictures.example:${port} /cat.png`]);
  });

  it('looks a name up once, so that one that is bound anew meanwhile leads to where it was judged', async () => {
    const { guard, lookups } = guardWith([here, [{ address: '127.0.0.2', family: 4 }]]);
    await guard.fetch(call(`http://rebinding.example:${port}/`));
    expect(lookups).toEqual(['rebinding.example']);
    expect(asked).toHaveLength(1);
  });

  it('goes to another address of a name where the first one does not answer', async () => {
    const guard = createUrlGuard({
      resolve: async () => [{ address: '::1', family: 6 }, ...here],
      isPublic: () => true,
    });
    expect((await guard.fetch(call(`http://pictures.example:${port}/`))).status).toBe(200);
  });

  it.each<[string, Addresses]>([
    ['only', [{ address: '10.0.0.1', family: 4 }]],
    ['after a public one', [...here, { address: '10.0.0.1', family: 4 }]],
    ['in IPv6', [...here, { address: '::ffff:127.0.0.1', family: 6 }]],
  ])('refuses a name that has an address inside: %s', async (_where, addresses) => {
    const { guard } = guardWith([addresses]);
    expect(await refusalOf(guard.fetch(call(`http://inside.example:${port}/`)))).toBe('invalid_request');
    expect(await refusalOf(guardWith([addresses]).guard.judge('https://inside.example/', { param: 'x' }))).toBe(
      'invalid_request',
    );
    expect(asked).toEqual([]);
  });

  it('judges every redirect: its name, its address, its scheme, its notation', async () => {
    const targets = [
      `http://127.0.0.1:${port}/secret`,
      `http://2130706433:${port}/secret`,
      `http://[::1]:${port}/secret`,
      `http://localhost:${port}/secret`,
      `//127.0.0.1:${port}/secret`,
      `http://user@other.example:${port}/secret`,
      'file:///etc/passwd',
      'http://169.254.169.254/latest/meta-data/',
      `http://rebound.example:${port}/secret`,
    ];
    for (const to of targets) {
      const { guard } = guardWith([here]);
      const url = `http://first.example:${port}/?to=${encodeURIComponent(to)}`;
      expect([to, await refusalOf(guard.fetch(call(url)))]).toEqual([to, 'invalid_request']);
    }
    expect(asked.every((path) => path.startsWith('first.example:') && path.includes('?to='))).toBe(true);
    expect(asked).toHaveLength(targets.length);
  });

  it('calls nothing over plain http where that is not allowed', async () => {
    const { guard } = guardWith([here]);
    expect(await refusalOf(guard.fetch(call(`http://first.example:${port}/`, { allowHttp: false })))).toBe(
      'invalid_request',
    );
  });

  it('follows three redirects and no fourth', async () => {
    const three = step(step(step('/end')));
    const { guard } = guardWith([here, here, here, here, here]);
    const answer = await guard.fetch(call(`http://first.example:${port}${three}`));
    expect(answer.body.toString()).toBe('hello');
    const again = guardWith([here, here, here, here, here]).guard;
    expect(await refusalOf(again.fetch(call(`http://first.example:${port}${step(three)}`)))).toBe('provider_protocol');
  });

  it('follows no redirect of a POST, whose answer it is', async () => {
    const { guard } = guardWith([here]);
    const url = `http://first.example:${port}/?status=307&to=${encodeURIComponent('/end')}`;
    const answer = await guard.fetch(call(url, { method: 'POST', body: '{}' }));
    expect(answer.status).toBe(307);
    expect(asked).toHaveLength(1);
  });

  it('reads no more than it may, packed as it came, and waits no longer than it may', async () => {
    const { guard } = guardWith([here, here]);
    expect(await refusalOf(guard.fetch(call(`http://large.example:${port}/endless`)))).toBe('provider_protocol');
    const slow = call(`http://slow.example:${port}/hang`, { timeoutMs: 100 });
    expect(await refusalOf(guard.fetch(slow))).toBe('provider_timeout');
  });

  it('waits no longer for a look-up either', async () => {
    const guard = createUrlGuard({ resolve: () => new Promise(() => {}), isPublic: () => true });
    const error = await refusalOf(guard.fetch(call('http://slow.example/', { timeoutMs: 50 })));
    expect(error).toBe('provider_unreachable');
  });

  it('checks the certificate against the name', async () => {
    const { guard } = guardWith([here]);
    expect(await refusalOf(guard.fetch(call(`https://pictures.example:${tlsPort}/`)))).toBe('provider_unreachable');
  });

  it('uses no proxy of the environment', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      HTTP_PROXY: 'http://127.0.0.1:9',
      http_proxy: 'http://127.0.0.1:9',
      NODE_USE_ENV_PROXY: '1',
    });
    const { guard } = guardWith([here]);
    const answer = await guard.fetch(call(`http://pictures.example:${port}/`));
    process.env = before;
    expect(answer.status).toBe(200);
  });

  it('lets a call lead inside only where that is allowed', async () => {
    const { guard } = guardWith([]);
    const url = `http://127.0.0.1:${port}/`;
    expect(await refusalOf(guard.fetch(call(url)))).toBe('invalid_request');
    expect((await guard.fetch(call(url, { allowPrivate: true }))).status).toBe(200);
  });
});
