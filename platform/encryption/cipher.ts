import type { Cipher } from '../store/contract.ts';
import type { KeyRing } from './key-ring.ts';
import { open, seal } from './seal.ts';

/** Seals with the keys of a ring: what belongs to no tenant, and the keys of those who own the rest. */
export function createCipher(ring: KeyRing): Cipher {
  return {
    activeKeyId: ring.activeKeyId,
    seal: (plain, context) => seal(ring, plain, context),
    open: (sealed, context) => open(ring, sealed, context),
  };
}
