/**
 * Milliseconds with a fraction, of the system's monotonic clock. Unlike `performance.now()`, whose zero is the start of
 * the process, two processes of one machine can compare them (libuv's `uv_hrtime`: CLOCK_MONOTONIC).
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
