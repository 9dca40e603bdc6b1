import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { seal } from './seal.ts';
import type { Cipher } from '../store/contract.ts';

/** Whose data a key seals: a tenant's, or that of one of its end users. */
export interface KeyOwner {
  tenant: string;
  /** Pseudonym of the end user (`ContentVault.subjectOf`); absent for the tenant's own key. */
  subject?: string;
}

/** A key that seals content of one owner. It rests wrapped by a master key, and content dies with it. */
export interface DataKey {
  id: string;
  owner: KeyOwner;
  key: KeyObject;
}

const keySizeBytes = 32;
const dataKeyId = /^d:[0-9a-f]{24}$/;

/** Ids of master keys have no colon, so that the two kinds cannot be mistaken for each other. */
export function isDataKeyId(id: string): boolean {
  return dataKeyId.test(id);
}

/** A new 256-bit key, wrapped. */
export function newDataKey(master: Cipher, owner: KeyOwner): { id: string; wrapped: Uint8Array } {
  const id = `d:${randomBytes(12).toString('hex')}`;
  return { id, wrapped: master.seal(randomBytes(keySizeBytes), place(id, owner)) };
}

/** @throws GatewayError `encryption_failed`: master key missing, row changed, or given to another owner. */
export function unwrapDataKey(master: Cipher, id: string, owner: KeyOwner, wrapped: Uint8Array): DataKey {
  return { id, owner, key: createSecretKey(master.open(wrapped, place(id, owner))) };
}

/** The same key under the active master key. @throws GatewayError as `unwrapDataKey`. */
export function rewrapDataKey(master: Cipher, id: string, owner: KeyOwner, wrapped: Uint8Array): Uint8Array {
  return master.seal(master.open(wrapped, place(id, owner)), place(id, owner));
}

/** Stands for a key that is as good as destroyed: nobody ever kept it. */
export const nobodysKeyId = `d:${'0'.repeat(24)}`;

/** Nobody can open it. For what must be written and must not be kept. */
export function sealForNobody(plain: Uint8Array, aad: string): Uint8Array {
  return seal({ activeKeyId: nobodysKeyId, key: () => createSecretKey(randomBytes(keySizeBytes)) }, plain, aad);
}

function place(id: string, { tenant, subject = '' }: KeyOwner): string {
  return `data_keys.wrapped:${JSON.stringify([id, tenant, subject])}`;
}
