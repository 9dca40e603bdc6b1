const DELAYS_MS = [0, 250, 500, 1000, 2000, 4000, 8000];
const LONGEST_DELAY_MS = 10_000;

/**
 * How long to wait before a child is started again: at once after the first failure, then ever longer.
 * @param {number} failures failures in a row, 1 for the first
 */
export function restartDelayMs(failures) {
  return DELAYS_MS[failures - 1] ?? LONGEST_DELAY_MS;
}
