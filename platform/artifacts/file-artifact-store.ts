import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { access, link, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GatewayError } from '../../domain/errors.ts';
import type { ContentOwner, ContentVault } from '../encryption/content-vault.ts';
import type { KeyOwner } from '../encryption/data-key.ts';
import type { Cipher } from '../store/contract.ts';
import { errorCode } from '../system-error.ts';
import type { Artifacts, ArtifactStore } from './contract.ts';
import { syncFolder } from '../sync-folder.ts';

export interface FileArtifactSource {
  dir: string;
  /** Seals the key that names are made with. */
  cipher: Cipher;
  vault: ContentVault;
}

const nameKeySizeBytes = 32;

/**
 * Artifacts as sealed files, `<tenant>/[<end user>/]ab/cd/<name>`. All names are HMACs with a random key that lies sealed
 * beside them: whoever lists the folder cannot tell whether it holds a file he knows, and names stay as they are when
 * keys are rotated.
 */
export async function createFileArtifactStore({ dir, cipher, vault }: FileArtifactSource): Promise<Artifacts> {
  const nameKeyPath = join(dir, 'name-key');
  const nameKey = await named(() => loadNameKey(nameKeyPath, cipher));
  const nameOf = (text: string): string => createHmac('sha256', nameKey).update(text).digest('hex');
  const folderOf = ({ tenant, subject }: KeyOwner): string =>
    join(dir, nameOf(`tenant ${tenant}`), ...(subject === undefined ? [] : [nameOf(`subject ${subject}`)]));

  const storeOf = (owner: ContentOwner | undefined): ArtifactStore => {
    const pathOf = async (sha256: string): Promise<string> => {
      const keyOwner = owner && (await vault.keyOwnerOf(owner));
      const name = nameOf(sha256);
      return join(keyOwner ? folderOf(keyOwner) : dir, name.slice(0, 2), name.slice(2, 4), name);
    };
    return {
      put: (bytes) =>
        named(async () => {
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          const path = await pathOf(sha256);
          if (!(await touched(path))) {
            const sealed = owner ? await vault.seal(owner, bytes, place(sha256)) : cipher.seal(bytes, place(sha256));
            // Where the volume is gone, names made with a key that is gone too would never be found again.
            await access(nameKeyPath);
            await mkdir(dirname(path), { recursive: true, mode: 0o700 });
            const temporaryPath = await writeTemporary(path, sealed);
            await rename(temporaryPath, path);
            await syncFolder(dirname(path));
          }
          return { sha256, sizeBytes: bytes.length };
        }),
      get: (sha256) =>
        named(async () => {
          const path = await pathOf(sha256);
          await touched(path);
          const sealed = await readFile(path).catch((error: unknown) => {
            if (errorCode(error) !== 'ENOENT') throw error;
            throw new GatewayError({ type: 'not_found', message: 'There is no artifact with this hash.' });
          });
          return vault.open(sealed, place(sha256));
        }),
      delete: (sha256) => named(async () => rm(await pathOf(sha256), { force: true })),
    };
  };

  return {
    of: storeOf,
    erase: (owner) => named(() => rm(folderOf(owner), { recursive: true, force: true })),
    purge: (before) => named(() => deleteUnused(dir, nameKeyPath, before)),
    ping: () =>
      named(async () => {
        await access(nameKeyPath);
        await rm(await writeTemporary(join(dir, 'ping'), Buffer.of(0)));
      }),
  };
}

/** Of several processes that start at once, the first one's key is everybody's. */
async function loadNameKey(path: string, cipher: Cipher): Promise<Uint8Array> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (!(await exists(path))) {
    const temporaryPath = await writeTemporary(path, cipher.seal(randomBytes(nameKeySizeBytes), 'artifacts.name-key'));
    try {
      await link(temporaryPath, path);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    } finally {
      await rm(temporaryPath);
    }
    await syncFolder(dirname(path));
  }
  return cipher.open(await readFile(path), 'artifacts.name-key');
}

async function writeTemporary(path: string, bytes: Uint8Array): Promise<string> {
  const temporaryPath = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporaryPath, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(temporaryPath, { force: true });
    throw error;
  }
  return temporaryPath;
}

/** Marks a file as used now; false where there is none. */
async function touched(path: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Files below `folder`, but for `kept`, that were last used before; what a process that died left half-written too. */
async function deleteUnused(folder: string, kept: string, before: Date): Promise<number> {
  let deleted = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) deleted += await ifThere(() => deleteUnused(path, kept, before), 0);
    else if (path !== kept && (await ifThere(async () => (await stat(path)).mtime < before, false))) {
      await rm(path, { force: true });
      deleted += 1;
    }
  }
  return deleted;
}

/** Another process may have deleted it meanwhile. */
async function ifThere<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return otherwise;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function place(sha256: string): string {
  return `artifacts:${sha256}`;
}

/** What the operating system refuses (disk full, read-only, no permission) heals without a restart. */
async function named<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const code = errorCode(error);
    if (error instanceof GatewayError || code === undefined || code.startsWith('ERR_')) throw error;
    throw new GatewayError(
      { type: 'not_ready', message: `Artifacts cannot be read or written now (${code}). Try again in a moment.` },
      { cause: error },
    );
  }
}
