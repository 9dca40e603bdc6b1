import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../domain/errors.ts';

export interface FreshCacheOptions {
  max: number;
  /** An older value is read again in the background while it goes on being used. */
  refreshAfterMs: number;
  /** An older value is used only where it cannot be read again, because the database is away. */
  expireAfterMs: number;
  nowMs: () => number;
}

/** Values that others may change: bounded in number and in age. Readers of one name at once share one load. */
export class FreshCache<V extends object> {
  readonly #options: FreshCacheOptions;
  readonly #entries: LRUCache<string, { value: V; readAtMs: number }>;
  readonly #loading = new Map<string, Promise<V>>();

  constructor(options: FreshCacheOptions) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.max });
  }

  read(name: string, load: () => Promise<V>): V | Promise<V> {
    const entry = this.#entries.get(name);
    if (!entry) return this.#load(name, load);
    const ageMs = this.#options.nowMs() - entry.readAtMs;
    if (ageMs > this.#options.expireAfterMs) {
      return this.#load(name, load).catch((error: unknown) => {
        if (error instanceof GatewayError && error.type === 'not_ready') return entry.value;
        throw error;
      });
    }
    if (ageMs > this.#options.refreshAfterMs) void this.#load(name, load).catch(() => undefined);
    return entry.value;
  }

  /** A load that is under way for a forgotten name still answers its readers, and is not kept. */
  forget(matches: (name: string, value: V | undefined) => boolean): void {
    for (const [name, { value }] of this.#entries.entries()) if (matches(name, value)) this.#entries.delete(name);
    for (const name of this.#loading.keys()) if (matches(name, undefined)) this.#loading.delete(name);
  }

  #load(name: string, load: () => Promise<V>): Promise<V> {
    const underWay = this.#loading.get(name);
    if (underWay) return underWay;
    const loading = load()
      .then((value) => {
        if (this.#loading.get(name) === loading) this.#entries.set(name, { value, readAtMs: this.#options.nowMs() });
        return value;
      })
      .finally(() => {
        if (this.#loading.get(name) === loading) this.#loading.delete(name);
      });
    this.#loading.set(name, loading);
    return loading;
  }
}
