import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Bytes in a folder and below; files that vanish meanwhile count as nothing. */
async function folderSizeBytes(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map(async (entry) => {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) return folderSizeBytes(full);
      const info = await stat(full).catch(() => undefined);
      return info?.size ?? 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * Runs a download by a package client, whose own progress is not shown when it is not on a terminal, and reports how
 * much of the expected size has arrived in the folder it writes to.
 * @template T
 * @param {{folder: string, expectedBytes: number, onFraction: (fraction: number) => void}} watch
 * @param {() => Promise<T>} download
 * @returns {Promise<T>}
 */
export async function withFolderProgress(watch, download) {
  const timer = setInterval(async () => {
    watch.onFraction((await folderSizeBytes(watch.folder)) / watch.expectedBytes);
  }, 250);
  try {
    return await download();
  } finally {
    clearInterval(timer);
  }
}
