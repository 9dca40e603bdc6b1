import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../chaos/seeded-random.ts';
import { badBodies, canary, goodBody } from './bad-chat-bodies.ts';
import { runApp, type RunningApp } from './running-app.ts';

const path = '/v1/chat/completions';
const random = seededRandom(20_260_101).next;
let app: RunningApp;
beforeAll(async () => {
  app = await runApp({ bodyLimitBytes: 1_000_000 });
});
afterAll(() => app.close());

interface Refusal {
  status: number;
  error: { message: string; type: string; code: string; param: string | null };
}

async function refusal(body: unknown, headers?: Record<string, string>): Promise<Refusal> {
  const answer = await app.post(path, body, headers);
  const text = await answer.text();
  expect(text).not.toContain(canary);
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  return { status: answer.status, ...JSON.parse(text) };
}

describe('a bad chat body', () => {
  it('is refused with the name of the wrong field, in more than 1,000 ways', async () => {
    const bodies = badBodies(20_260_102, 4);
    expect(bodies.length).toBeGreaterThan(1000);
    const wrong: unknown[] = [];
    for (const { what, body, param } of bodies) {
      const { status, error } = await refusal(body);
      if (
        status !== 400 ||
        error.param !== param ||
        error.code !== 'invalid_request' ||
        !error.message.includes(param)
      ) {
        wrong.push({ what, param, status, error });
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is refused wherever it is cut off', async () => {
    const text = JSON.stringify({ ...goodBody(random), note: 'naïve "quoted" \\ text' });
    const bytes = Buffer.from(text);
    for (let end = 0; end < bytes.length; end += 1) {
      const { status, error } = await refusal(bytes.subarray(0, end));
      expect([end, status, error.type]).toEqual([end, 400, 'invalid_request_error']);
    }
  });

  it('is refused where one of its bytes is not UTF-8', async () => {
    const bytes = Buffer.from(JSON.stringify(goodBody(random)));
    for (const bad of [0x80, 0xc0, 0xe2, 0xf5, 0xff]) {
      const broken = Buffer.concat([bytes.subarray(0, 12), Buffer.of(bad), bytes.subarray(12)]);
      expect(await refusal(broken)).toMatchObject({
        status: 400,
        error: { message: expect.stringContaining('UTF-8') },
      });
    }
  });

  it('is refused where a text holds half of a surrogate pair', async () => {
    const half = '\\ud83d';
    expect(await refusal(`{"model":"auto","messages":[{"role":"user","content":"a${half}b"}]}`)).toMatchObject({
      status: 400,
      error: { param: 'messages[0].content' },
    });
    expect(await refusal(`{"model":"auto","a":{"${half}":1}}`)).toMatchObject({ status: 400, error: { param: 'a' } });
  });

  it('is refused where it would change a prototype', async () => {
    const proto = '"__proto__":{"admin":true}';
    expect(await refusal(`{"model":"auto","messages":[],${proto}}`)).toMatchObject({ status: 400 });
    expect(await refusal(`{"model":"auto","messages":[{"role":"user",${proto}}]}`)).toMatchObject({
      status: 400,
      error: { param: 'messages[0]' },
    });
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('is refused where it is nested too deep or holds too many values, before it is built', async () => {
    for (const opening of ['[', '{"a":']) {
      const { status, error } = await refusal(opening.repeat(100_000));
      expect([status, error.message]).toEqual([400, 'The body is nested deeper than 100 levels. Send a flatter one.']);
    }
    const { status, error } = await refusal(`[${'1,'.repeat(200_001)}1]`);
    expect([status, error.message]).toEqual([400, 'The body holds more than 200000 values. Send a smaller one.']);
  });

  it('is refused where it is JSON but no object', async () => {
    for (const body of ['null', '1', '"text"', '[]', 'true', '""', ' ', '\u{feff}']) {
      expect([body, (await refusal(body)).status]).toEqual([body, 400]);
    }
  });

  it('is refused where a number is too large to be one', async () => {
    const body = '{"model":"auto","messages":[{"role":"user","content":"Hi"}],"max_tokens":1e999}';
    expect(await refusal(body)).toMatchObject({ status: 400, error: { param: 'max_tokens' } });
  });
});

describe('a bad chat request', () => {
  const good = JSON.stringify(goodBody(random));

  it('is refused with 415 where it is not JSON in UTF-8', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'json',
      'application/jsonp',
    ]) {
      expect(await refusal(good, { 'content-type': type })).toMatchObject({
        status: 415,
        error: { code: 'unsupported_media_type' },
      });
    }
    expect(await refusal(good, { 'content-type': 'application/json; charset=utf-16' })).toMatchObject({ status: 415 });
    expect(await refusal(good, { 'content-encoding': 'compress' })).toMatchObject({ status: 415 });
  });

  it('is refused with 413 where it is too large, plain, chunked or once unpacked', async () => {
    const large = { ...goodBody(random), note: 'x'.repeat(1_000_001) };
    expect(await refusal(large)).toMatchObject({ status: 413, error: { code: 'payload_too_large' } });
    expect(await refusal(gzipSync(JSON.stringify(large)), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
    });
    const chunked = await fetch(app.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer key-a', 'content-type': 'application/json' },
      body: new Blob([JSON.stringify(large)]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    await chunked.body?.cancel();
  });

  it('is refused where its compression is broken', async () => {
    const packed = gzipSync(good);
    for (const body of [packed.subarray(0, -9), Buffer.from(good), Buffer.from([0x1f, 0x8b])]) {
      expect(await refusal(body, { 'content-encoding': 'gzip' })).toMatchObject({ status: 400 });
    }
  });

  it('is refused where a header of ours is wrong', async () => {
    for (const key of ['', 'k'.repeat(256), 'clé', 'a\tb']) {
      expect(await refusal(good, { 'idempotency-key': key })).toMatchObject({
        status: 400,
        error: { param: 'Idempotency-Key' },
      });
    }
    for (const qos of ['', 'cost', 'cost=x', 'cost=2', 'cost=-1', 'cost=1,cost=1', 'speed=1', 'cost=0', 'cost=NaN']) {
      expect([qos, await refusal(good, { 'x-gateway-qos': qos })]).toMatchObject([
        qos,
        { status: 400, error: { param: 'x-gateway-qos' } },
      ]);
    }
  });
});

describe('after all of that the gateway', () => {
  it('lives and was asked for nothing', async () => {
    expect(app.gateway.submitted).toEqual([]);
    const alive = await app.get('/healthz');
    expect(alive.status).toBe(200);
    await alive.body?.cancel();
  });
});
