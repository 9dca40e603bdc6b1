import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rotateKey } from '../../../../platform/encryption/key-file.ts';
import { loadKeyRing } from '../../../../platform/encryption/key-ring.ts';
import { open, seal } from '../../../../platform/encryption/seal.ts';

const key = (): string => randomBytes(32).toString('base64');
const plain = Buffer.from('hello');

describe('the key ring', () => {
  let dataDir: string;
  let path: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-keys-'));
    path = join(dataDir, 'keys', 'payload-keys.json');
  });

  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('makes a key at the first start that only its owner can read', async () => {
    await loadKeyRing({ dataDir });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'keys'))).mode & 0o777).toBe(0o700);
  });

  it('is the same at each start', async () => {
    const sealed = seal(await loadKeyRing({ dataDir }), plain, 'x');
    expect(open(await loadKeyRing({ dataDir }), sealed, 'x')).toEqual(plain);
  });

  it('is one ring for processes that start at the same moment', async () => {
    const rings = await Promise.all(Array.from({ length: 16 }, () => loadKeyRing({ dataDir })));
    expect(new Set(rings.map(({ activeKeyId }) => activeKeyId)).size).toBe(1);
    expect(await readdir(join(dataDir, 'keys'))).toEqual(['payload-keys.json']);
  });

  it('opens old values after a rotation and seals with the new key', async () => {
    const before = await loadKeyRing({ dataDir });
    const sealed = seal(before, plain, 'x');
    const added = await rotateKey(dataDir);
    const after = await loadKeyRing({ dataDir });
    expect(after.activeKeyId).toBe(added);
    expect(open(after, sealed, 'x')).toEqual(plain);
  });

  it('learns a key that another process rotated in', async () => {
    const running = await loadKeyRing({ dataDir });
    await rotateKey(dataDir);
    const sealed = seal(await loadKeyRing({ dataDir }), plain, 'x');
    expect(open(running, sealed, 'x')).toEqual(plain);
  });

  it('takes keys from PAYLOAD_KEYS, the first one active, and leaves no file', async () => {
    const ring = await loadKeyRing({ dataDir, payloadKeys: `new:${key()},old:${key()}` });
    expect(ring.activeKeyId).toBe('new');
    expect(ring.key('old').symmetricKeySize).toBe(32);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('names a key that it does not hold', async () => {
    const ring = await loadKeyRing({ dataDir, payloadKeys: `new:${key()}` });
    expect(() => ring.key('gone')).toThrow(
      expect.objectContaining({ type: 'encryption_failed', message: expect.stringContaining("'gone'") }),
    );
    expect(() => ring.key('<script>\n')).toThrow("'illegible'");
  });

  it.each([
    ['no id', key()],
    ['a short key', `a:${randomBytes(16).toString('base64')}`],
    ['no base64', `a:${'*'.repeat(44)}`],
    ['a forbidden id', `a b:${key()}`],
    ['an id twice', `a:${key()},a:${key()}`],
    ['an empty entry', `a:${key()},`],
  ])('refuses PAYLOAD_KEYS with %s and does not repeat the key', async (_, payloadKeys) => {
    const error: unknown = await loadKeyRing({ dataDir, payloadKeys }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ type: 'encryption_failed', message: expect.stringContaining('PAYLOAD_KEYS') });
    expect(String(error)).not.toContain(payloadKeys.slice(-40) || 'x');
  });

  it('refuses a file that others can read and says how to close it', async () => {
    await loadKeyRing({ dataDir });
    await chmod(path, 0o640);
    await expect(loadKeyRing({ dataDir })).rejects.toMatchObject({
      type: 'encryption_failed',
      message: expect.stringContaining('chmod 600'),
    });
  });

  it.each(['', '{', '{"active":"a","keys":[]}', '{"active":"a","keys":[{"id":"b","key":"AAAA"}]}'])(
    'refuses the malformed file %j and leaves it alone',
    async (text) => {
      await loadKeyRing({ dataDir });
      await writeFile(path, text);
      await expect(loadKeyRing({ dataDir })).rejects.toMatchObject({ type: 'encryption_failed' });
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('is rotated by one at a time', async () => {
    await loadKeyRing({ dataDir });
    await writeFile(`${path}.lock`, '');
    await expect(rotateKey(dataDir)).rejects.toMatchObject({
      message: expect.stringContaining('payload-keys.json.lock'),
    });
  });
});
