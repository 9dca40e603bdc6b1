import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { restartDelayMs } from './backoff.mjs';

/** A child that lived this long after it was ready has shown that it works: its failures are forgotten. */
const PROVEN_AFTER_MS = 3_000;
const MAX_FAILED_STARTS = 5;

/**
 * How to run one child.
 * @typedef {object} ChildPlan
 * @property {string} name
 * @property {() => import('node:child_process').ChildProcess} spawn
 * @property {(signal: AbortSignal) => Promise<boolean>} ready resolves true when the child can be used
 * @property {(pid: number) => () => void} record writes the child down, and returns how to take that back
 * @property {boolean} [reloads] whether it takes SIGHUP as the word to read its configuration again
 * @property {number} graceMs how long it may take to end after SIGTERM
 * @property {number[]} finalExitCodes exit codes after which a restart would not help
 * @property {string} whereToLook file or place that says why it failed
 */

/** One child process that is started again whenever it dies. */
export class SupervisedChild {
  #plan;
  #say;
  #process;
  #finished;
  #isReady = false;
  #stopping = new AbortController();

  /**
   * @param {ChildPlan} plan
   * @param {(line: string) => void} say
   */
  constructor(plan, say) {
    this.#plan = plan;
    this.#say = say;
  }

  get name() {
    return this.#plan.name;
  }

  /**
   * Starts the child. `isReady` settles when it can be used for the first time; `gaveUp` settles with the exit code
   * for the whole supervisor when it cannot be kept running.
   * @returns {{isReady: Promise<void>, gaveUp: Promise<number>}}
   */
  start() {
    let onReady;
    const isReady = new Promise((resolve) => (onReady = resolve));
    const gaveUp = new Promise((resolve) => {
      this.#finished = this.#keepRunning(onReady).then(
        (exitCode) => exitCode !== undefined && resolve(exitCode),
        (error) => {
          this.#say(`${this.name} cannot be run: ${error.message}`);
          resolve(1);
        },
      );
    });
    return { isReady, gaveUp };
  }

  /** Asks the child to end, kills it when it does not in time, and resolves when it is gone. */
  async stop() {
    this.#stopping.abort();
    this.#signal('SIGTERM');
    const killTimer = setTimeout(() => {
      this.#say(`${this.name} did not end within ${this.#plan.graceMs / 1000} s; killing it`);
      this.kill();
    }, this.#plan.graceMs);
    await this.#finished;
    clearTimeout(killTimer);
  }

  /** Tells a child that takes it, and is up, to read its configuration again. */
  reload() {
    if (this.#plan.reloads && this.#isReady) this.#signal('SIGHUP');
  }

  /** Ends the child, and what it has started, at once. */
  kill() {
    this.#stopping.abort();
    this.#signal('SIGKILL');
  }

  /** Runs until stop() or until it gives up, in which case the exit code is returned. */
  async #keepRunning(onReady) {
    let failures = 0;
    let failedStarts = 0;
    while (!this.#stopping.signal.aborted) {
      const { code, signal, error, readyAtMs } = await this.#runOnce(onReady);
      if (this.#stopping.signal.aborted) return undefined;
      if (code !== null && this.#plan.finalExitCodes.includes(code)) {
        this.#say(`${this.name} cannot run with these settings (exit code ${code}, see above)`);
        return code;
      }
      failures = readyAtMs !== undefined && Date.now() - readyAtMs >= PROVEN_AFTER_MS ? 1 : failures + 1;
      failedStarts = readyAtMs === undefined ? failedStarts + 1 : 0;
      const how = error
        ? `could not be started (${error.message})`
        : signal
          ? `was ended by ${signal}`
          : `ended with exit code ${code}`;
      if (failedStarts >= MAX_FAILED_STARTS) {
        this.#say(
          `${this.name} ${how} before it was ready, ${failedStarts} times in a row; giving up. See ${this.#plan.whereToLook}`,
        );
        return 1;
      }
      const delayMs = restartDelayMs(failures);
      this.#say(`${this.name} ${how}; starting it again${delayMs > 0 ? ` in ${delayMs / 1000} s` : ''}`);
      await delay(delayMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    return undefined;
  }

  async #runOnce(onReady) {
    const child = this.#plan.spawn();
    if (child.pid === undefined) {
      const [error] = await once(child, 'error');
      return { code: null, signal: null, error };
    }
    this.#process = child;
    const forget = this.#plan.record(child.pid);
    const ended = new AbortController();
    let readyAtMs;
    const watch = async () => {
      if (!(await this.#plan.ready(ended.signal)) || ended.signal.aborted) return;
      readyAtMs = Date.now();
      this.#isReady = true;
      onReady();
    };
    const watching = watch();
    const [code, signal] = await once(child, 'exit');
    ended.abort();
    this.#process = undefined;
    this.#isReady = false;
    forget();
    await watching;
    return { code, signal, readyAtMs };
  }

  #signal(signal) {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    try {
      // Children lead process groups of their own; a kill takes along what they have started.
      process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
