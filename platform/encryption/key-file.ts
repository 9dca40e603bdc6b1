import { closeSync, fchmodSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../domain/errors.ts';
import { errorCode } from '../system-error.ts';
import { formatKeyFile, newPayloadKey, parseKeyFile, type PayloadKeys } from './payload-keys.ts';
import { syncFolder } from '../sync-folder.ts';

export function keyFilePath(dataDir: string): string {
  return join(dataDir, 'keys', 'payload-keys.json');
}

/** Changes whenever the file is replaced; undefined while there is none. */
export function keyFileVersion(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
}

/** @throws GatewayError `encryption_failed` where the file is missing, malformed or open to others. */
export function readKeyFile(path: string): PayloadKeys {
  const keys = readIfThere(path);
  if (keys) return keys;
  throw refused(`${path} is missing. Restore it from a backup.`);
}

/** Several processes may start at once: the first one's keys win, and all read those. */
export async function readOrCreateKeyFile(path: string): Promise<PayloadKeys> {
  const existing = readIfThere(path);
  if (existing) return existing;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const first = newPayloadKey(new Date());
  const temporaryPath = await writeTemporary(path, { activeKeyId: first.id, keys: [first] });
  try {
    await link(temporaryPath, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    await unlink(temporaryPath);
  }
  await syncFolder(dirname(path));
  return readKeyFile(path);
}

/**
 * Adds a new key, which seals from the next start of each process on; the old keys stay to open what they sealed.
 * @returns the id of the new key.
 */
export async function rotateKey(dataDir: string): Promise<string> {
  const path = keyFilePath(dataDir);
  const lockPath = `${path}.lock`;
  const lock = await open(lockPath, 'wx', 0o600).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
    throw refused(`A rotation is under way. Where it is not, one was cut short: remove ${lockPath} and try again.`);
  });
  try {
    const current = readKeyFile(path);
    const added = newPayloadKey(new Date());
    await rename(await writeTemporary(path, { activeKeyId: added.id, keys: [added, ...current.keys] }), path);
    await syncFolder(dirname(path));
    return added.id;
  } finally {
    await lock.close();
    await unlink(lockPath);
  }
}

function readIfThere(path: string): PayloadKeys | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw refused(
      `${path} cannot be read (${errorCode(error) ?? 'unknown reason'}). Give it to the user the gateway runs as.`,
    );
  }
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw refused(`${path} can be read by other users. Close it with: chmod 600 ${path}`);
    }
    return parseKeyFile(readFileSync(file, 'utf8'), path);
  } finally {
    closeSync(file);
  }
}

async function writeTemporary(path: string, keys: PayloadKeys): Promise<string> {
  const temporaryPath = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporaryPath, 'wx', 0o600);
  try {
    fchmodSync(file.fd, 0o600);
    await file.writeFile(formatKeyFile(keys));
    await file.sync();
  } finally {
    await file.close();
  }
  return temporaryPath;
}

function refused(message: string): GatewayError {
  return new GatewayError({ type: 'encryption_failed', message });
}
