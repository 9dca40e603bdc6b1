import { createSecretKey, randomBytes } from 'node:crypto';
import { GatewayError } from '../../../../domain/errors.ts';
import type { KeyRing } from '../../../../platform/encryption/key-ring.ts';
import { open, seal } from '../../../../platform/encryption/seal.ts';

function ringOf(...ids: string[]): KeyRing {
  const keys = new Map(ids.map((id) => [id, createSecretKey(randomBytes(32))]));
  return {
    activeKeyId: ids[0] ?? '',
    key(id) {
      const key = keys.get(id);
      if (key) return key;
      throw new GatewayError({ type: 'encryption_failed', message: `no key ${id}` });
    },
  };
}

const secret = 'patient 王小明, 13800138000';
const place = 'attempts.answer:42';

function failureOf(action: () => unknown): GatewayError {
  try {
    action();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('sealing', () => {
  const ring = ringOf('k1');
  const sealed = seal(ring, Buffer.from(secret), place);

  it.each([0, 1, 200, 1_000_000])('gives back %i bytes as they were', (size) => {
    const plain = randomBytes(size);
    expect(Buffer.from(open(ring, seal(ring, plain, place), place)).equals(plain)).toBe(true);
  });

  it('names format and key in front and hides the rest', () => {
    expect(Buffer.from(sealed).subarray(0, 6).toString('latin1')).toBe('HF\u0001\u0002k1');
    expect(Buffer.from(sealed).includes('patient')).toBe(false);
  });

  it('never makes the same bytes twice', () => {
    const many = Array.from({ length: 2_000 }, () =>
      Buffer.from(seal(ring, Buffer.from(secret), place)).toString('hex'),
    );
    expect(new Set(many).size).toBe(many.length);
  });

  it('refuses a change of any byte without telling content', () => {
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((changed.readUInt8(index) ^ 1) & 0xff, index);
      const error = failureOf(() => open(ring, changed, place));
      expect(error.type).toBe('encryption_failed');
      expect(error.message).not.toContain('patient');
    }
  });

  it('refuses every cut', () => {
    for (let size = 0; size < sealed.length; size++) {
      expect(failureOf(() => open(ring, sealed.subarray(0, size), place)).type).toBe('encryption_failed');
    }
  });

  it('refuses what was never sealed', () => {
    expect(failureOf(() => open(ring, Buffer.from(JSON.stringify({ plain: secret })), place)).type).toBe(
      'encryption_failed',
    );
  });

  it('refuses a value that was moved to another place', () => {
    expect(failureOf(() => open(ring, sealed, 'attempts.answer:43')).type).toBe('encryption_failed');
  });

  it('refuses another key of the same id, naming it', () => {
    expect(failureOf(() => open(ringOf('k1'), sealed, place)).message).toContain("'k1'");
  });

  it('opens what an older key sealed', () => {
    const both: KeyRing = { activeKeyId: 'k2', key: (id) => (id === 'k1' ? ring : rotated).key(id) };
    const rotated = ringOf('k2');
    expect(Buffer.from(open(both, sealed, place)).toString()).toBe(secret);
  });
});
