import { LRUCache } from 'lru-cache';

const windowMs = 60_000;
const rememberedCallers = 10_000;

interface Window {
  startedAtMs: number;
  count: number;
}

/** Lets a few equal events a minute be recorded, so that a caller who repeats himself cannot fill the log. */
export class RepeatCounter {
  readonly #recordedEach: number;
  readonly #windows = new LRUCache<string, Window>({ max: rememberedCallers });

  /** @param recordedEach how many equal ones a minute are recorded one by one. */
  constructor(recordedEach: number) {
    this.#recordedEach = recordedEach;
  }

  /**
   * Undefined where this one is to be counted only; else how many were counted only since the last that was recorded.
   * @param key what makes events equal.
   */
  count(key: string, nowMs: number): number | undefined {
    const window = this.#windows.get(key);
    if (!window || nowMs - window.startedAtMs >= windowMs) {
      this.#windows.set(key, { startedAtMs: nowMs, count: 1 });
      return Math.max(0, (window?.count ?? 0) - this.#recordedEach);
    }
    window.count += 1;
    return window.count > this.#recordedEach ? undefined : 0;
  }
}
