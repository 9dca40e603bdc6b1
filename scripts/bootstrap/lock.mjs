import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identifyProcess, isAlive, isIdentity } from './process-identity.mjs';

/**
 * Takes a lock file for this process. A lock whose owner has died is taken over.
 * @returns {{acquired: true, release: () => void} | {acquired: false, owner: import('./process-identity.mjs').ProcessIdentity}}
 */
export function tryLock(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(identifyProcess(process.pid)));
  try {
    for (;;) {
      // A hard link appears with its content complete, and fails when the lock exists.
      if (tryLink(own, file)) return { acquired: true, release: () => rmSync(file, { force: true }) };
      const owner = readOwner(file);
      if (owner && isAlive(owner)) return { acquired: false, owner };
      removeStale(file);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Runs work while holding a lock; waits while another live process holds it.
 * @template T
 * @param {string} file
 * @param {{onWait: (pid: number) => void}} observer told once when there is something to wait for
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, observer, work) {
  let lock = tryLock(file);
  if (!lock.acquired) observer.onWait(lock.owner.pid);
  while (!lock.acquired) {
    await delay(300);
    lock = tryLock(file);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(file) {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8'));
    return isIdentity(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function removeStale(file) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  // Between reading and renaming, another process may have replaced the stale lock by its own: give that one back.
  const owner = readOwner(aside);
  if (owner && isAlive(owner)) tryLink(aside, file);
  rmSync(aside, { force: true });
}
