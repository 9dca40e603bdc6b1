import { closeSync, openSync } from 'node:fs';

/**
 * Whether this process has a terminal. Its hangup takes it away, so that SIGHUP can be told from an operator's
 * `kill -HUP`.
 * @returns {boolean}
 */
export function hasTerminal() {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}
