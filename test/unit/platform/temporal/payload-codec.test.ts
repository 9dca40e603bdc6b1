import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { GatewayError } from '../../../../domain/errors.ts';
import { createCipher } from '../../../../platform/encryption/cipher.ts';
import { createContentVault } from '../../../../platform/encryption/content-vault.ts';
import { loadKeyRing } from '../../../../platform/encryption/key-ring.ts';
import { createPayloadCodec } from '../../../../platform/temporal/payload-codec.ts';
import { InMemoryDataKeys } from '../../../doubles/data-key-store.ts';

const keyOf = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const codecWith = async (payloadKeys: string, keys = new InMemoryDataKeys()) => {
  const master = createCipher(await loadKeyRing({ dataDir: '/nowhere', payloadKeys }));
  return createPayloadCodec({ vault: createContentVault(master, keys), master });
};
const requestId = `req_${'0123456789abcdef'.repeat(2)}`;
const ofRequest = { type: 'workflow', namespace: 'holdfast', workflowId: requestId } as const;
const keyIdOf = (payload: Payload | undefined) =>
  Buffer.from(payload?.metadata?.['encryption-key-id'] ?? []).toString();
const withRequest = async () => {
  const master = createCipher(await loadKeyRing({ dataDir: '/nowhere', payloadKeys: keyOf('k1') }));
  const keys = new InMemoryDataKeys();
  const vault = createContentVault(master, keys);
  keys.requests.set(requestId, await vault.keyIdFor({ tenant: 'clinic' }));
  return { codec: createPayloadCodec({ vault, master }), vault, keys };
};
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
    expect(keyIdOf(sealed[0])).toBe('k1');
    const [opened] = await (await codecWith(`${second},${first}`)).decode(sealed);
    expect(opened && defaultPayloadConverter.fromPayload(opened)).toEqual({ a: 1 });
  });

  it("seals a workflow's payloads with the key of the request it works for", async () => {
    const { codec, keys } = await withRequest();
    const activity = { type: 'activity', namespace: 'holdfast', workflowId: requestId, isLocal: true } as const;
    for (const context of [ofRequest, { ...ofRequest, workflowId: `webhook-${requestId}` }, activity]) {
      const sealed = await codec.encode([payloadOf({ a: 1 })], context);
      expect(keyIdOf(sealed[0])).toBe(keys.requests.get(requestId));
      expect((await codec.decode(sealed)).map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([
        { a: 1 },
      ]);
    }
    expect(keyIdOf((await codec.encode([payloadOf({ a: 1 })]))[0])).toBe('k1');
  });

  it('opens nothing of an erased request, and still encodes what its worker says, for nobody', async () => {
    const { codec, vault, keys } = await withRequest();
    const before = await codec.encode([payloadOf({ a: 'secret' })], ofRequest);
    await vault.destroy({ tenant: 'clinic' });
    const late = await codec.encode([payloadOf({ a: 'late secret' })], ofRequest);
    keys.requests.delete(requestId);
    for (const sealed of [before, late]) {
      await expect(codec.decode(sealed)).rejects.toMatchObject({ type: 'content_erased' });
    }
  });

  it('goes on under the master key while the database is away, because a worker that cannot encode ends', async () => {
    const { codec, keys } = await withRequest();
    keys.failure = new GatewayError({ type: 'not_ready', message: 'away' });
    const [sealed] = await codec.encode([payloadOf({ a: 1 })], ofRequest);
    expect(keyIdOf(sealed)).toBe('k1');
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
