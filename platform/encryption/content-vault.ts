import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../domain/errors.ts';
import type { Cipher } from '../store/contract.ts';
import type { DataKeyStore } from '../store/data-keys-contract.ts';
import {
  type DataKey,
  isDataKeyId,
  type KeyOwner,
  newDataKey,
  nobodysKeyId,
  rewrapDataKey,
  unwrapDataKey,
} from './data-key.ts';
import { FreshCache } from './fresh-cache.ts';
import type { KeyRing } from './key-ring.ts';
import { keyIdOf, open, seal } from './seal.ts';

/** Whose key seals a value: that of a request, or directly a tenant's or an end user's. */
export type ContentOwner = { requestId: string } | KeyOwner;

/**
 * Seals what people wrote and what models answered, each owner's under a key of his own, and opens it. Keys are cached,
 * so that a request costs no look-up once its owner is known to the process.
 */
export interface ContentVault {
  /** @throws GatewayError `content_erased` where the owner's key was destroyed, `not_found` for an unknown request. */
  seal(owner: ContentOwner, plain: Uint8Array, place: string): Promise<Uint8Array>;
  /** @throws GatewayError `content_erased`, or `encryption_failed` as `seal.open` does. */
  open(sealed: Uint8Array, place: string): Promise<Uint8Array>;
  /** Id of the key that seals for the owner now; made where there is none yet. */
  keyIdFor(owner: ContentOwner): Promise<string>;
  /** Whose that key is; undefined for a request of a version that had no keys of owners. @throws GatewayError as `seal`. */
  keyOwnerOf(owner: ContentOwner): Promise<KeyOwner | undefined>;
  /** Whose key a sealed value lies under; undefined for the master key. @throws GatewayError as `open`. */
  ownerOf(sealed: Uint8Array): Promise<KeyOwner | undefined>;
  /** What was read or written of a request anyway, so that it need not be looked up. */
  noteRequest(requestId: string, keyId: string | null): void;
  /** How an end user is called at rest: unguessable without the tenant's key, and stable until that is erased. */
  subjectOf(tenant: string, endUser: string): Promise<string>;
  /**
   * Keyed hash of a content, `hmac-sha256:KEYID:HEX`: tells whoever has the key whether it was this one, and nobody
   * anything else. It can no longer be checked once the key is destroyed.
   */
  fingerprint(owner: ContentOwner, content: string): Promise<string>;
  /** True where `fingerprint` gave this hash for this content. @throws GatewayError `content_erased`. */
  hasFingerprint(hash: string, content: string): Promise<boolean>;
  /** Keyed hash of a text, 64 hex digits: unguessable without the tenant's key, and stable until that is erased. */
  digestOf(tenant: string, purpose: string, text: string): Promise<string>;
  /** Makes the tenant's pseudonyms of values: stable, and unguessable without it, until the tenant is erased. */
  pseudonymKey(tenant: string): Promise<Uint8Array>;
  /** A new key for what the tenant writes from now on; the old ones go on opening. Returns its id. */
  rotate(tenant: string): Promise<string>;
  /** Destroys the owner's keys, a tenant's with those of all its end users. Returns how many. */
  destroy(owner: KeyOwner): Promise<number>;
  /** Another process changed the tenant's keys: the cached ones are read again. */
  forget(tenant: string): void;
}

/** How long a destroyed key may go on working in a process that could not be told. */
const freshness = { refreshAfterMs: 30_000, expireAfterMs: 60_000, max: 10_000 };
const rememberedRequests = 50_000;
const rewrapBatch = 500;

type CachedKey = { kind: 'live'; key: DataKey } | { kind: 'destroyed' };
interface OwnerKeys {
  sealingKeyId: string;
  /** The oldest key: what is derived from it stays the same over rotations. */
  root: DataKey;
}

export function createContentVault(
  master: Cipher,
  store: DataKeyStore,
  nowMs: () => number = () => performance.now(),
): ContentVault {
  return new CachingVault(master, store, nowMs);
}

/** Puts keys that another master key wraps under the active one. Several processes may do it at once. */
export async function rewrapDataKeys(master: Cipher, store: DataKeyStore): Promise<void> {
  for (;;) {
    const keys = await store.wrappedByOthers(master.activeKeyId, rewrapBatch);
    for (const key of keys) {
      await store.rewrap(key, master.activeKeyId, rewrapDataKey(master, key.id, key.owner, key.wrapped));
    }
    if (keys.length < rewrapBatch) return;
  }
}

class CachingVault implements ContentVault {
  readonly #master: Cipher;
  readonly #store: DataKeyStore;
  readonly #keys: FreshCache<CachedKey>;
  readonly #owners: FreshCache<OwnerKeys>;
  readonly #fingerprintKeys = new WeakMap<DataKey, KeyObject>();
  /** Which key a request's content lies under never changes. */
  readonly #requests = new LRUCache<string, { keyId: string | null }>({ max: rememberedRequests });

  constructor(master: Cipher, store: DataKeyStore, nowMs: () => number) {
    this.#master = master;
    this.#store = store;
    this.#keys = new FreshCache({ ...freshness, nowMs });
    this.#owners = new FreshCache({ ...freshness, nowMs });
  }

  async seal(owner: ContentOwner, plain: Uint8Array, place: string): Promise<Uint8Array> {
    const id = await this.keyIdFor(owner);
    if (!isDataKeyId(id)) return this.#master.seal(plain, place);
    return seal(ringOf(await this.#liveKey(id)), plain, place);
  }

  async open(sealed: Uint8Array, place: string): Promise<Uint8Array> {
    const id = keyIdOf(sealed);
    if (!isDataKeyId(id)) return this.#master.open(sealed, place);
    return open(ringOf(await this.#liveKey(id)), sealed, place);
  }

  async keyIdFor(owner: ContentOwner): Promise<string> {
    if ('requestId' in owner) return (await this.#keyOfRequest(owner.requestId)) ?? this.#master.activeKeyId;
    return (await this.#ownerKeys(owner)).sealingKeyId;
  }

  async keyOwnerOf(owner: ContentOwner): Promise<KeyOwner | undefined> {
    if (!('requestId' in owner)) return owner;
    const id = await this.#keyOfRequest(owner.requestId);
    return id === null ? undefined : (await this.#liveKey(id)).owner;
  }

  async ownerOf(sealed: Uint8Array): Promise<KeyOwner | undefined> {
    const id = keyIdOf(sealed);
    return isDataKeyId(id) ? (await this.#liveKey(id)).owner : undefined;
  }

  noteRequest(requestId: string, keyId: string | null): void {
    this.#requests.set(requestId, { keyId });
  }

  async subjectOf(tenant: string, endUser: string): Promise<string> {
    return (await this.digestOf(tenant, 'subjects', endUser)).slice(0, 32);
  }

  async digestOf(tenant: string, purpose: string, text: string): Promise<string> {
    return createHmac('sha256', await this.#derivedKey(tenant, `holdfast ${purpose}`))
      .update(text)
      .digest('hex');
  }

  async fingerprint(owner: ContentOwner, content: string): Promise<string> {
    return this.#hashWith(await this.keyIdFor(owner), content);
  }

  async hasFingerprint(hash: string, content: string): Promise<boolean> {
    const [keyId] = /(?<=^hmac-sha256:)d:[0-9a-f]{24}(?=:[0-9a-f]{64}$)/.exec(hash) ?? [];
    return keyId !== undefined && (await this.#hashWith(keyId, content)) === hash;
  }

  async #hashWith(keyId: string, content: string): Promise<string> {
    // What was accepted before there were data keys has none to be hashed with.
    if (!isDataKeyId(keyId)) return 'none';
    const data = await this.#liveKey(keyId);
    let key = this.#fingerprintKeys.get(data);
    if (!key) {
      key = createSecretKey(Buffer.from(hkdfSync('sha256', data.key.export(), '', 'holdfast content hashes', 32)));
      this.#fingerprintKeys.set(data, key);
    }
    return `hmac-sha256:${keyId}:${createHmac('sha256', key).update(content).digest('hex')}`;
  }

  pseudonymKey(tenant: string): Promise<Uint8Array> {
    return this.#derivedKey(tenant, 'holdfast pseudonyms');
  }

  async rotate(tenant: string): Promise<string> {
    while (!(await this.#addKey({ tenant })));
    this.forget(tenant);
    return (await this.#ownerKeys({ tenant })).sealingKeyId;
  }

  async destroy(owner: KeyOwner): Promise<number> {
    const destroyed = await this.#store.destroy(owner);
    this.forget(owner.tenant);
    return destroyed;
  }

  forget(tenant: string): void {
    // Whose key a load brings is known at its end only, so every one under way counts.
    this.#keys.forget((_id, cached) => cached?.kind !== 'destroyed' && (cached?.key.owner.tenant ?? tenant) === tenant);
    this.#owners.forget((name) => isOfTenant(name, tenant));
  }

  async #derivedKey(tenant: string, purpose: string): Promise<Uint8Array> {
    const { root } = await this.#ownerKeys({ tenant });
    return new Uint8Array(hkdfSync('sha256', root.key.export(), '', purpose, 32));
  }

  async #keyOfRequest(requestId: string): Promise<string | null> {
    const known = this.#requests.get(requestId);
    if (known) return known.keyId;
    const found = await this.#store.ofRequest(requestId);
    if (!found) {
      throw new GatewayError({
        type: 'not_found',
        message: 'The request is not in the database: it was never accepted, or was erased or purged.',
      });
    }
    this.noteRequest(requestId, found.keyId);
    return found.keyId;
  }

  async #liveKey(id: string): Promise<DataKey> {
    const cached = await this.#keys.read(id, () => this.#loadKey(id));
    if (cached.kind === 'live') return cached.key;
    throw new GatewayError({
      type: 'content_erased',
      message: 'This content was erased: the key that it was sealed with has been destroyed.',
    });
  }

  #ownerKeys(owner: KeyOwner): OwnerKeys | Promise<OwnerKeys> {
    return this.#owners.read(nameOf(owner), () => this.#loadOwner(owner));
  }

  async #loadKey(id: string): Promise<CachedKey> {
    if (id === nobodysKeyId) return { kind: 'destroyed' };
    const found = await this.#store.find(id);
    if (!found) {
      throw new GatewayError({
        type: 'encryption_failed',
        message: `Data key '${id}' is not in this database. Restore the database and the keys from one backup.`,
      });
    }
    if (found.kind === 'destroyed') return found;
    const { owner, wrapped } = found.key;
    return { kind: 'live', key: unwrapDataKey(this.#master, id, owner, wrapped) };
  }

  async #loadOwner(owner: KeyOwner): Promise<OwnerKeys> {
    for (;;) {
      const live = await this.#store.live(owner);
      const [oldest, newest] = [live[0], live.at(-1)];
      if (oldest && newest) {
        return { sealingKeyId: newest.id, root: unwrapDataKey(this.#master, oldest.id, owner, oldest.wrapped) };
      }
      await this.#addKey(owner);
    }
  }

  /** False where another process was faster: its key serves as well. */
  async #addKey(owner: KeyOwner): Promise<boolean> {
    const version = await this.#store.nextVersion(owner);
    const { id, wrapped } = newDataKey(this.#master, owner);
    return this.#store.add({ id, owner, version, masterKeyId: this.#master.activeKeyId, wrapped });
  }
}

function ringOf({ id, key }: DataKey): KeyRing {
  return { activeKeyId: id, key: () => key };
}

function nameOf({ tenant, subject }: KeyOwner): string {
  return JSON.stringify(subject === undefined ? [tenant] : [tenant, subject]);
}

function isOfTenant(name: string, tenant: string): boolean {
  const prefix = JSON.stringify([tenant]).slice(0, -1);
  return name === `${prefix}]` || name.startsWith(`${prefix},`);
}
