import { existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const ROTATE_AT_BYTES = 10_000_000;
const KEPT = 3;

/**
 * Opens a child's log for appending and returns its file descriptor. A log that has grown large is put aside first, as
 * `FILE.1`, and the oldest of those is dropped.
 */
export function openLog(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > ROTATE_AT_BYTES) {
    for (let age = KEPT - 1; age >= 1; age -= 1) {
      if (existsSync(`${file}.${age}`)) renameSync(`${file}.${age}`, `${file}.${age + 1}`);
    }
    renameSync(file, `${file}.1`);
  }
  return openSync(file, 'a', 0o600);
}
