import { chmod, mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstKey, keyMatcher } from '../../../../platform/identity/api-key.ts';

const newFile = async () => join(await mkdtemp(join(tmpdir(), 'holdfast-key-')), 'keys', 'api-key');

describe('the first API key', () => {
  it('is generated once and kept with mode 0600', async () => {
    const file = await newFile();
    const first = await firstKey(undefined, file);
    expect(first).toMatchObject({ generated: true, key: expect.stringMatching(/^hf-[\w-]{32}$/) });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await firstKey(undefined, file)).toEqual({ key: first.key, generated: false });
  });

  it('is the setting where there is one, and then nothing is written', async () => {
    const file = await newFile();
    expect(await firstKey('mine', file)).toEqual({ key: 'mine', generated: false });
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('is the same for processes that start at once', async () => {
    const file = await newFile();
    const keys = await Promise.all(Array.from({ length: 8 }, () => firstKey(undefined, file)));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(1);
    expect(keys.filter(({ generated }) => generated)).toHaveLength(1);
  });

  it('is not used from a file that others can read', async () => {
    const file = await newFile();
    await firstKey(undefined, file);
    await chmod(file, 0o644);
    await expect(firstKey(undefined, file)).rejects.toThrow('chmod 600');
  });

  it('matches itself and nothing else', () => {
    const matches = keyMatcher('hf-right');
    expect(['hf-right', 'hf-wrong', '', 'hf-right '].map((candidate) => matches(candidate))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
