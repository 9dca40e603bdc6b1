import { hasTerminal } from './terminal.mjs';

const SAME_KEYSTROKE_MS = 1_000;
const PARENT_CHECK_MS = 500;

/**
 * Waits for the word to stop: SIGINT, SIGTERM, a terminal that hangs up, or the death of the npm that started this
 * process. A second Ctrl-C calls `onImpatience`. npm passes on the signals that the terminal has sent to this process
 * already, so that signals within a second count as one. A SIGHUP that no terminal sent calls `onReload`.
 * @param {(line: string) => void} say
 * @param {() => void} onImpatience
 * @param {() => void} onReload
 * @returns {{exitCode: Promise<number>, forget: () => void}}
 */
export function untilTold(say, onImpatience, onReload) {
  const startedOnTerminal = hasTerminal();
  let firstAtMs;
  let tell;
  const exitCode = new Promise((resolve) => (tell = resolve));
  const stop = (why) => {
    firstAtMs = Date.now();
    say(`${why}: stopping (Ctrl-C again to kill at once)`);
    tell(0);
  };
  const onSignal = (signal) => {
    if (firstAtMs === undefined) return stop(signal);
    if (Date.now() - firstAtMs < SAME_KEYSTROKE_MS) return;
    say(`${signal} again: killing at once`);
    onImpatience();
  };
  const signals = ['SIGINT', 'SIGTERM'];
  for (const signal of signals) process.on(signal, onSignal);
  const onHangup = () => {
    if (startedOnTerminal && !hasTerminal()) onSignal('SIGHUP');
    else onReload();
  };
  process.on('SIGHUP', onHangup);

  const parent = process.ppid;
  const parentWatch = setInterval(() => {
    if (process.ppid !== parent && firstAtMs === undefined) stop('npm is gone');
  }, PARENT_CHECK_MS);
  if (!process.env.npm_lifecycle_event) clearInterval(parentWatch);

  return {
    exitCode,
    forget() {
      clearInterval(parentWatch);
      for (const signal of signals) process.off(signal, onSignal);
      process.off('SIGHUP', onHangup);
    },
  };
}
