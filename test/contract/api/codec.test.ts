import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { openPayload, sealPayload } from '../../../platform/temporal/payload-codec.ts';
import { type RunningApp, runApp } from './running-app.ts';

interface JsonPayload {
  metadata?: Record<string, string>;
  data?: string;
}

const base64 = (value: Uint8Array | string) => Buffer.from(value).toString('base64');
const toJson = ({ metadata, data }: Payload): JsonPayload => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  data: base64(data ?? ''),
});
const plain = (value: unknown) => toJson(defaultPayloadConverter.toPayload(value));
const valueOf = ({ data = '' }: JsonPayload = {}) => JSON.parse(Buffer.from(data, 'base64').toString()) as unknown;

const payloadsOf = async (answer: Response) => ((await answer.json()) as { payloads: JsonPayload[] }).payloads;
const typeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;
const operator = { authorization: 'Bearer key-operator' };
/** Admin of a tenant that is not the operators' own. */
const adminOfB = { authorization: 'Bearer key-b' };

describe('the codec for the Temporal UI and CLI', () => {
  let app: RunningApp;
  beforeEach(async () => {
    app = await runApp();
  });
  afterEach(() => app.close());

  const preflight = (origin: string) =>
    fetch(`${app.url}/codec/decode`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    });
  const seal = async (tenant: string, value: unknown) =>
    toJson(await sealPayload(app.gateway.vault, { tenant }, defaultPayloadConverter.toPayload(value)));
  const ask = (path: string, payloads: JsonPayload[], headers: Record<string, string> = operator) =>
    app.post(`/codec/${path}?preserveStorageRefs=true`, { payloads }, headers);

  it('decrypts, in the order in which it was asked, and lets nobody keep the answer', async () => {
    const answer = await ask('decode', [await seal('clinic', { a: 1 }), await seal('bank', { b: 2 })]);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await payloadsOf(answer)).map(valueOf)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('encrypts all that it is given, so that nothing can be sent in plain', async () => {
    for (const value of [{ a: 1 }, 'call light', null]) {
      const [sealed = {}] = await payloadsOf(await ask('encode', [plain(value)]));
      expect(Buffer.from(sealed.metadata?.['encoding'] ?? '', 'base64').toString()).toBe('binary/encrypted');
      const opened = await openPayload(app.gateway.vault, Buffer.from(sealed.data ?? '', 'base64'));
      expect(defaultPayloadConverter.fromPayload(opened)).toEqual(value);
    }
  });

  it('refuses a payload in plain, so that nobody takes for ours what somebody slipped in', async () => {
    const answer = await ask('decode', [plain({ messages: ['slipped in'] })]);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain('slipped in');
    for (const value of [{ activity_type: 'call\nme' }, { id: 'an id', deprecated: false, more: 1 }]) {
      expect((await ask('decode', [plain(value)])).status).toBe(400);
    }
  });

  it('passes what is plain by design: summaries and the notes of local activities', async () => {
    const time = { seconds: 1_795_413_851, nanos: 5 };
    const note = { seq: 1, attempt: 1, activity_id: '1', activity_type: 'settle', complete_time: time };
    const values = ['call light · attempt 2', { ...note, backoff: null, original_schedule_time: time }];
    expect((await payloadsOf(await ask('decode', values.map(plain)))).map(valueOf)).toEqual(values);
  });

  it('does not open what was changed or was sealed elsewhere', async () => {
    const { metadata, data = '' } = await seal('clinic', { a: 1 });
    const changed = Buffer.from(data, 'base64');
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    const answer = await ask('decode', [{ ...(metadata && { metadata }), data: base64(changed) }]);
    expect(answer.status).toBe(500);
    expect(await typeOf(answer)).toBe('encryption_failed');
  });

  it('says that a payload was erased', async () => {
    const sealed = await seal('clinic', { a: 1 });
    await app.gateway.vault.destroy({ tenant: 'clinic' });
    const answer = await ask('decode', [sealed]);
    expect(answer.status).toBe(410);
    expect(await typeOf(answer)).toBe('content_erased');
  });

  it('opens for the admin of another tenant only what is his own', async () => {
    expect((await ask('decode', [await seal('tenant-b', { a: 1 })], adminOfB)).status).toBe(200);
    expect((await ask('decode', [await seal('clinic', { a: 1 })], adminOfB)).status).toBe(404);
    const masters = app.gateway.master.seal(Buffer.from('x'), 'temporal.payload');
    const metadata = { encoding: base64('binary/encrypted') };
    expect((await ask('decode', [{ metadata, data: base64(masters) }], adminOfB)).status).toBe(404);
  });

  it('is for operators and admins only', async () => {
    for (const path of ['decode', 'encode', 'download']) {
      expect((await ask(path, [], { authorization: 'Bearer key-a' })).status).toBe(403);
      expect((await ask(path, [], { authorization: 'Bearer nobody' })).status).toBe(401);
    }
  });

  it('puts large bodies in the place of their references, where it is asked to', async () => {
    app.gateway.artifacts.set('abc', '{"messages":["long"]}');
    const input = { requestId: 'r', body: { kind: 'artifact', requestId: 'r', sha256: 'abc', sizeBytes: 21 } };
    const payloads = [await seal('clinic', input), await seal('clinic', { other: true })];
    const whole = (await payloadsOf(await ask('download', payloads))).map(valueOf);
    expect(whole).toEqual([
      { requestId: 'r', body: { kind: 'inline', value: { messages: ['long'] } } },
      { other: true },
    ]);
    expect((await payloadsOf(await ask('decode', payloads))).map(valueOf)).toEqual([input, { other: true }]);
  });

  it('refuses what is not a list of payloads', async () => {
    for (const body of [{}, { payloads: [{ data: '!' }] }, { payloads: [{ metadata: { a: 1 } }] }]) {
      expect((await app.post('/codec/decode', body, operator)).status).toBe(400);
    }
  });

  describe('asked by a page of another origin', () => {
    it("answers the Temporal UI's origin, by either name of this machine, and no other", async () => {
      await app.close();
      app = await runApp({}, (gateway) => (gateway.temporalUi = 'http://127.0.0.1:8233'));
      for (const origin of ['http://127.0.0.1:8233', 'http://localhost:8233']) {
        const { status, headers } = await preflight(origin);
        expect(status).toBe(204);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-headers')).toContain('x-namespace');
        const answer = await ask('decode', [], { ...operator, origin });
        expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      }
      for (const origin of ['http://127.0.0.1:8234', 'https://127.0.0.1:8233', 'https://evil.example', 'null']) {
        expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
        const answer = await ask('decode', [], { ...operator, origin });
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
    });

    it('answers nobody where there is no such UI', async () => {
      expect((await preflight('http://127.0.0.1:8233')).headers.get('access-control-allow-origin')).toBeNull();
    });
  });
});
