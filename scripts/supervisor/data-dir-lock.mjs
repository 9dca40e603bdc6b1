import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../bootstrap/lock.mjs';
import { SettingError } from './settings.mjs';

/** Long enough for a supervisor whose npm was killed to notice it and to mark that it stops. */
const NOTICE_MS = 1_500;
const POLL_MS = 100;

/**
 * Makes this process the only supervisor of a DATA_DIR. One that is about to stop is waited for.
 * @param {string} dataDir
 * @param {(line: string) => void} say
 * @returns {Promise<{markStopping: () => void, release: () => void}>} throws SettingError when another one goes on
 */
export async function lockDataDir(dataDir, say) {
  const file = path.join(dataDir, 'run', 'supervisor.lock');
  const stoppingMark = `${file}.stopping`;
  const startedAtMs = Date.now();
  let isWaiting = false;
  let lock = tryLock(file);
  while (!lock.acquired) {
    if (existsSync(stoppingMark)) {
      if (!isWaiting) say(`an earlier start is still stopping (process ${lock.owner.pid}); waiting for it`);
      isWaiting = true;
    } else if (Date.now() - startedAtMs > NOTICE_MS) {
      throw new SettingError(
        `Holdfast already runs on ${dataDir} (process ${lock.owner.pid}). Stop it, or set another DATA_DIR and PORT.`,
      );
    }
    await delay(POLL_MS);
    lock = tryLock(file);
  }
  rmSync(stoppingMark, { force: true });
  const { release } = lock;
  return {
    markStopping: () => writeFileSync(stoppingMark, ''),
    release: () => {
      rmSync(stoppingMark, { force: true });
      release();
    },
  };
}
