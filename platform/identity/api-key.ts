import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigurationError } from '../config/settings.ts';

/** The first key of a gateway, and whether this start made it (only then may it be shown). */
export interface FirstKey {
  key: string;
  generated: boolean;
}

/** `API_KEY` where it is set, else the key of an earlier start, else a new one, kept with mode 0600. */
export async function firstKey(setting: string | undefined, file: string): Promise<FirstKey> {
  if (setting !== undefined) return { key: setting, generated: false };
  const kept = await readKept(file);
  if (kept !== undefined) return { key: kept, generated: false };
  const key = `hf-${randomBytes(24).toString('base64url')}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, `${key}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link either makes the whole file or finds that another process of this gateway was faster.
    await link(unfinished, file);
  } catch (error) {
    const theirs = await readKept(file);
    if (theirs === undefined) throw error;
    return { key: theirs, generated: false };
  } finally {
    await unlink(unfinished);
  }
  return { key, generated: true };
}

async function readKept(file: string): Promise<string | undefined> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats) return undefined;
  if ((stats.mode & 0o077) !== 0) {
    throw new ConfigurationError(`${file} can be read by other users. Run: chmod 600 ${file}`);
  }
  const key = (await readFile(file, 'utf8')).trim();
  if (key === '') throw new ConfigurationError(`${file} is empty. Delete it to have a new key made.`);
  return key;
}

/** Compares hashes in constant time, so neither content nor length of the key shows in the time it takes. */
export function keyMatcher(key: string): (candidate: string) => boolean {
  const expected = sha256(key);
  return (candidate) => timingSafeEqual(expected, sha256(candidate));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
