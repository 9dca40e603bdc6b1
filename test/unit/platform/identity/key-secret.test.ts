import { isSecret, lookupOf, newSecret } from '../../../../platform/identity/key-secret.ts';

describe('the secret of an API key', () => {
  it('is recognised by what is kept of it, and nothing that is kept is the secret', () => {
    const { key, record } = newSecret();
    expect(key).toMatch(/^hf_[0-9a-f]{16}_[\w-]{43}$/);
    expect(lookupOf(key)).toBe(record.lookup);
    expect(isSecret(key, record)).toBe(true);
    const secret = key.slice(-43);
    const kept = [
      record.lookup,
      ...[record.salt, record.hash].map((bytes) => Buffer.from(bytes).toString('base64url')),
    ];
    expect(kept.join(' ')).not.toContain(secret);
  });

  it('is another one each time, and hashes under a salt of its own', () => {
    const secrets = Array.from({ length: 100 }, () => newSecret());
    expect(new Set(secrets.map(({ key }) => key)).size).toBe(100);
    expect(new Set(secrets.map(({ record }) => Buffer.from(record.salt).toString('hex'))).size).toBe(100);
  });

  it('is not recognised with a sign changed anywhere, longer, shorter or of another key', () => {
    const { key, record } = newSecret();
    const changed = Array.from(key, (sign, at) => key.slice(0, at) + (sign === 'a' ? 'b' : 'a') + key.slice(at + 1));
    for (const candidate of [...changed, `${key}a`, key.slice(0, -1), '', newSecret().key]) {
      expect(isSecret(candidate, record)).toBe(false);
    }
  });

  it('is looked up only in the form of such a key', () => {
    const { key } = newSecret();
    for (const candidate of ['', 'hf-first', `${key} `, `${key}x`, key.toUpperCase(), `x${key}`, 'a.b.c']) {
      expect(lookupOf(candidate)).toBeUndefined();
    }
  });
});
