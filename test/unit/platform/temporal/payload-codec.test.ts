import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { loadKeyRing } from '../../../../platform/encryption/key-ring.ts';
import { createPayloadCodec } from '../../../../platform/temporal/payload-codec.ts';

const keyOf = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const codecWith = async (payloadKeys: string) =>
  createPayloadCodec(await loadKeyRing({ dataDir: '/nowhere', payloadKeys }));
const payloadOf = (value: unknown) => defaultPayloadConverter.toPayload(value);

describe('the payload codec', () => {
  it('gives back what it sealed, and shows nothing of it in between', async () => {
    const codec = await codecWith(keyOf('k1'));
    const payloads = [payloadOf({ body: { messages: ['my secret'] } }), payloadOf(undefined), payloadOf(42)];
    const sealed = await codec.encode(payloads);
    expect(JSON.stringify(sealed.map(({ data }) => Buffer.from(data ?? []).toString('latin1')))).not.toContain(
      'secret',
    );
    const opened = await codec.decode(sealed);
    expect(opened.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([
      { body: { messages: ['my secret'] } },
      undefined,
      42,
    ]);
  });

  it('names the key, so that old payloads open after a rotation', async () => {
    const [first, second] = [keyOf('k1'), keyOf('k2')];
    const sealed = await (await codecWith(first)).encode([payloadOf({ a: 1 })]);
    expect(Buffer.from(sealed[0]?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('k1');
    const [opened] = await (await codecWith(`${second},${first}`)).decode(sealed);
    expect(opened && defaultPayloadConverter.fromPayload(opened)).toEqual({ a: 1 });
  });

  it('fails closed without the key, naming it', async () => {
    const sealed = await (await codecWith(keyOf('k1'))).encode([payloadOf({ a: 1 })]);
    await expect((await codecWith(keyOf('k2'))).decode(sealed)).rejects.toMatchObject({ type: 'encryption_failed' });
    await expect((await codecWith(keyOf('k2'))).decode(sealed)).rejects.toThrow('k1');
  });

  it('fails closed when the ciphertext was changed', async () => {
    const codec = await codecWith(keyOf('k1'));
    const [sealed] = await codec.encode([payloadOf({ a: 1 })]);
    const data = Buffer.from(sealed?.data ?? []);
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    await expect(codec.decode([{ ...sealed, data }])).rejects.toMatchObject({ type: 'encryption_failed' });
  });

  it('refuses plaintext that somebody put in place of a sealed payload', async () => {
    const codec = await codecWith(keyOf('k1'));
    await expect(codec.decode([payloadOf({ tenant: 'other' })])).rejects.toMatchObject({ type: 'encryption_failed' });
  });

  it("leaves a step's summary readable, and nothing that could be content", async () => {
    const codec = await codecWith(keyOf('k1'));
    const [summary] = await codec.encode([payloadOf('call light · attempt 2')]);
    expect(summary && defaultPayloadConverter.fromPayload(summary)).toBe('call light · attempt 2');
    for (const value of ['{"messages":[]}', 'mail a@b.com', ['call light'], { a: 'call light' }]) {
      const [sealed] = await codec.encode([payloadOf(value)]);
      expect(Buffer.from(sealed?.metadata?.encoding ?? []).toString()).toBe('binary/encrypted');
    }
  });
});
