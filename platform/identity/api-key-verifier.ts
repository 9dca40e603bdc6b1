import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import { createIpAllowlist, type IpAllowlist } from '../net/ip-allowlist.ts';
import type { ApiKeyStore, FoundSecret } from '../store/api-keys-contract.ts';
import { isSecret, lookupOf } from './key-secret.ts';

/** How long a key that was revoked or changed elsewhere goes on as it was. */
const cacheMs = 1_000;
const maxCached = 10_000;
const touchAfterMs = 60_000;

interface CachedKey {
  found: FoundSecret;
  loadedAtMs: number;
  allowsIp: IpAllowlist;
  touched: boolean;
}

export interface ApiKeyVerifierParts {
  store: Pick<ApiKeyStore, 'find' | 'touch'>;
  /** Told of a last use that could not be written; nothing else depends on it. */
  onTouchFailed: (error: unknown) => void;
  nowMs?: () => number;
}

/**
 * Recognises the keys that admins made. What the database says of a key is kept for a second, so that a busy key costs
 * one read a second, and a revocation reaches every process within one.
 */
export class ApiKeyVerifier {
  readonly #store: ApiKeyVerifierParts['store'];
  readonly #onTouchFailed: (error: unknown) => void;
  readonly #nowMs: () => number;
  readonly #cache = new Map<string, CachedKey>();
  readonly #loading = new Map<string, Promise<CachedKey | undefined>>();

  constructor({ store, onTouchFailed, nowMs = Date.now }: ApiKeyVerifierParts) {
    this.#store = store;
    this.#onTouchFailed = onTouchFailed;
    this.#nowMs = nowMs;
  }

  /**
   * The principal of a key. Undefined for what is no such key or has another secret.
   * @throws GatewayError `authentication_failed` for a key past its end, `permission_denied` for an address that it does
   *   not work from, `not_ready` where the database cannot be asked.
   */
  async verify(candidate: string, ip: string): Promise<Principal | undefined> {
    const lookup = lookupOf(candidate);
    if (lookup === undefined) return undefined;
    const cached = await this.#load(lookup);
    if (!cached || !isSecret(candidate, cached.found)) return undefined;
    const { key, secretExpiresAt } = cached.found;
    const nowMs = this.#nowMs();
    if (isPast(secretExpiresAt, nowMs)) throw refused('This API key was rotated. Use the one that took its place.');
    if (isPast(key.expiresAt, nowMs)) throw refused('This API key has expired. Ask an admin for a new one.');
    if (!cached.allowsIp(ip)) {
      throw new GatewayError({ type: 'permission_denied', message: 'This API key does not work from this address.' });
    }
    this.#touch(cached, nowMs);
    const { id, tenant, scopes, models, limits, budgets } = key;
    return {
      id,
      tenant,
      scopes,
      ...(models && { models }),
      ...(limits && { limits }),
      ...(budgets && { budgets }),
    };
  }

  /** A key was changed or revoked by this process: the next request asks the database. */
  forget(): void {
    this.#cache.clear();
    this.#loading.clear();
  }

  async #load(lookup: string): Promise<CachedKey | undefined> {
    const cached = this.#cache.get(lookup);
    if (cached && this.#nowMs() - cached.loadedAtMs < cacheMs) return cached;
    const running = this.#loading.get(lookup);
    if (running) return running;
    const reading = this.#read(lookup);
    this.#loading.set(lookup, reading);
    try {
      const read = await reading;
      // Unless it was forgotten meanwhile: then this may be what stood there before.
      if (this.#loading.get(lookup) === reading) this.#keep(lookup, read);
      return read;
    } finally {
      if (this.#loading.get(lookup) === reading) this.#loading.delete(lookup);
    }
  }

  async #read(lookup: string): Promise<CachedKey | undefined> {
    const loadedAtMs = this.#nowMs();
    const found = await this.#store.find(lookup);
    if (!found) return undefined;
    const { allowedIps } = found.key;
    return { found, loadedAtMs, allowsIp: allowedIps ? createIpAllowlist(allowedIps) : () => true, touched: false };
  }

  /** Unknown keys are not kept: whoever tries them out would fill the memory, and a new key would have to wait. */
  #keep(lookup: string, read: CachedKey | undefined): void {
    this.#cache.delete(lookup);
    if (!read) return;
    const oldest = this.#cache.size >= maxCached ? this.#cache.keys().next().value : undefined;
    if (oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(lookup, read);
  }

  #touch(cached: CachedKey, nowMs: number): void {
    const { id, lastUsedAt } = cached.found.key;
    if (cached.touched || (lastUsedAt && nowMs - lastUsedAt.getTime() < touchAfterMs)) return;
    cached.touched = true;
    this.#store.touch(id, new Date(nowMs)).catch(this.#onTouchFailed);
  }
}

function isPast(end: Date | undefined, nowMs: number): boolean {
  return end !== undefined && end.getTime() <= nowMs;
}

function refused(message: string): GatewayError {
  return new GatewayError({ type: 'authentication_failed', message });
}
