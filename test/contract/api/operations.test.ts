import { request } from 'node:http';
import { connect } from 'node:net';
import { runApp, until, type RunningApp } from './running-app.ts';

const chat = { model: 'auto', messages: [{ role: 'user', content: 'canary-7d21' }] };
let draining = false;
let app: RunningApp;
beforeEach(async () => {
  draining = false;
  app = await runApp({ draining: () => draining });
});
afterEach(() => app.close());

const keyed: [method: string, path: string][] = [
  ['POST', '/v1/chat/completions'],
  ['GET', '/v1/models'],
  ['GET', '/v1/models/auto'],
  ['GET', '/v1/requests'],
  ['GET', '/v1/requests/req_1'],
  ['GET', '/v1/requests/req_1/events'],
  ['POST', '/v1/requests/req_1/cancel'],
  ['POST', '/v1/requests/req_1/retry'],
];

async function ask(method: string, path: string, headers: Record<string, string> = {}) {
  const answer = await fetch(app.url + path, { method, headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}

describe('authentication', () => {
  it.each(keyed)('is asked for by %s %s', async (method, path) => {
    const answer = await ask(method, path);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.body.error).toMatchObject({ type: 'authentication_error', code: 'invalid_api_key' });
    expect(answer.body.error.message).toContain('DATA_DIR');
    expect((await ask(method, path, { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await ask(method, path, { authorization: 'Basic a2V5' })).status).toBe(401);
  });

  it.each(keyed)('refuses a key without a fitting scope at %s %s', async (method, path) => {
    const answer = await ask(method, path, { 'x-api-key': 'key-audit' });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'permission_denied']);
  });

  it('takes the key from either header', async () => {
    expect((await ask('GET', '/v1/models', { authorization: 'bearer key-a' })).status).toBe(200);
    expect((await ask('GET', '/v1/models', { 'x-api-key': 'key-a' })).status).toBe(200);
  });

  it('comes before the body is read', async () => {
    const socket = connect(app.port, '127.0.0.1');
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n{');
    let text = '';
    socket.on('data', (part) => (text += String(part)));
    await until(() => text.includes('invalid_api_key'));
    expect(text).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });
});

describe('addresses', () => {
  it('that do not exist are 404 in the envelope', async () => {
    for (const path of ['/', '/v1', '/v1/nothing', '/v1/chat/completions/x', '/..%2f..%2fetc/passwd']) {
      const answer = await ask('GET', path);
      expect([path, answer.status, answer.body.error.code]).toEqual([path, 404, 'not_found']);
      expect(answer.headers.has('x-request-id')).toBe(true);
    }
  });

  it('that cannot be decoded are 400', async () => {
    expect((await ask('GET', '/v1/models/%E0%A4%A')).status).toBe(400);
  });

  it('that take another method say which', async () => {
    for (const [method, path, allow] of [
      ['GET', '/v1/chat/completions', 'POST'],
      ['DELETE', '/v1/models', 'GET, HEAD'],
      ['PUT', '/v1/requests/req_1', 'GET, HEAD'],
      ['POST', '/healthz', 'GET, HEAD'],
    ] as const) {
      const answer = await ask(method, path);
      expect([answer.status, answer.headers.get('allow'), answer.body.error.code]).toEqual([
        405,
        allow,
        'method_not_allowed',
      ]);
    }
  });

  it('answer a request that is no HTTP, or whose headers are too large, in the envelope', async () => {
    for (const [text, status] of [
      ['NONSENSE\r\n\r\n', '400'],
      [`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`, '431'],
    ]) {
      let answer = '';
      const socket = connect(app.port, '127.0.0.1').on('data', (part) => (answer += String(part)));
      socket.write(text ?? '');
      await until(() => answer.includes('}}'));
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ error: { code: 'invalid_request' } });
      socket.destroy();
    }
  });
});

describe('GET /v1/models', () => {
  it('lists models as OpenAI does, and one by its name', async () => {
    const key = { 'x-api-key': 'key-a' };
    const auto = { id: 'auto', object: 'model', created: 1_760_000_000, owned_by: 'holdfast' };
    expect((await ask('GET', '/v1/models', key)).body).toEqual({
      object: 'list',
      data: [auto, { ...auto, id: 'light', owned_by: 'near' }],
    });
    expect((await ask('GET', '/v1/models/auto', key)).body).toEqual(auto);
    const unknown = await ask('GET', '/v1/models/none', key);
    expect([unknown.status, unknown.body.error.code]).toEqual([404, 'model_not_found']);
  });
});

describe('health', () => {
  it('is 200 while the process lives, and ready names the part that fails', async () => {
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
    app.gateway.readiness = { ok: false, failing: [{ part: 'temporal', message: 'It does not answer.' }] };
    expect(await ask('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { status: 'not_ready', failing: [{ part: 'temporal', message: 'It does not answer.' }] },
    });
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });

  it('while draining sends new requests away and keeps watch open', async () => {
    draining = true;
    const answer = await new Promise<{ status?: number; connection?: string; retryAfter?: string }>(
      (resolve, reject) => {
        request(`${app.url}/v1/models`, { headers: { 'x-api-key': 'key-a' } }, (res) => {
          res.resume();
          const { connection, 'retry-after': retryAfter } = res.headers;
          resolve({
            ...(res.statusCode !== undefined && { status: res.statusCode }),
            ...(connection !== undefined && { connection }),
            ...(retryAfter !== undefined && { retryAfter }),
          });
        })
          .on('error', reject)
          .end();
      },
    );
    expect(answer).toEqual({ status: 503, connection: 'close', retryAfter: '1' });
    expect((await ask('GET', '/readyz')).status).toBe(503);
    expect((await ask('GET', '/healthz')).status).toBe(200);
    expect((await ask('GET', '/metrics')).status).toBe(200);
  });
});

describe('what operators see', () => {
  it('are counts and times by route, without content, keys or addresses that clients make up', async () => {
    await app.post('/v1/chat/completions', chat);
    await app.get('/v1/models/canary-7d21');
    await app.get('/canary-7d21');
    await app.get('/canary-7d21?canary-7d21');
    await until(() => app.logged.length === 4);
    const { body } = await ask('GET', '/metrics');
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="/v1/models/:id",status="404"} 1');
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 2');
    expect(body).toContain('gateway_requests_total{modality="chat",mode="json",outcome="completed"} 1');
    expect(body).toMatch(/^http_requests_in_flight 1$/m);
    expect(body).toContain('process_cpu_seconds_total');
    for (const text of [body, app.logged.join('')]) expect(text).not.toMatch(/canary-7d21|key-a/);
  });
});
