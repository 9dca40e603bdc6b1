import type { Cipher } from '../store/contract.ts';
import type { KeyRing } from './key-ring.ts';
import { open, seal } from './seal.ts';

/** The store's cipher over a key ring. */
export function createCipher(ring: KeyRing): Cipher {
  return {
    seal: (plain, context) => seal(ring, plain, context),
    open: (sealed, context) => open(ring, sealed, context),
  };
}
