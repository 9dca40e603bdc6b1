import { LRUCache } from 'lru-cache';

const windowMs = 60_000;
/** Recorded one by one within a window. */
const recordedEach = 10;
const rememberedCallers = 10_000;

interface Window {
  startedAtMs: number;
  count: number;
}

/** Lets a few equal refusals a minute be recorded, so that a caller who repeats himself cannot fill the log. */
export class RefusalCounter {
  readonly #windows = new LRUCache<string, Window>({ max: rememberedCallers });

  /**
   * Undefined where this one is to be counted only; else how many were counted only since the last that was recorded.
   * @param key what makes refusals equal.
   */
  count(key: string, nowMs: number): number | undefined {
    const window = this.#windows.get(key);
    if (!window || nowMs - window.startedAtMs >= windowMs) {
      this.#windows.set(key, { startedAtMs: nowMs, count: 1 });
      return Math.max(0, (window?.count ?? 0) - recordedEach);
    }
    window.count += 1;
    return window.count > recordedEach ? undefined : 0;
  }
}
