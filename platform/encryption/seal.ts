import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { GatewayError } from '../../domain/errors.ts';
import type { KeyRing } from './key-ring.ts';

/** Finds a key by the id in front of a ciphertext. */
export type KeyLookup = Pick<KeyRing, 'key'>;

const algorithm = 'aes-256-gcm';
/** 'H', 'F', format version 1. */
const magic = Buffer.from([0x48, 0x46, 0x01]);
const ivSizeBytes = 12;
const tagSizeBytes = 16;

/**
 * Random numbers come from the kernel in bulk: one small read for each message costs more than the encryption.
 * With random 96-bit IVs a key is good for 2^32 messages (NIST SP 800-38D, 8.3); rotate it before.
 */
const ivPool = Buffer.alloc(ivSizeBytes * 512);
let ivOffset = ivPool.length;

function nextIv(): Buffer {
  if (ivOffset === ivPool.length) {
    randomFillSync(ivPool);
    ivOffset = 0;
  }
  const iv = ivPool.subarray(ivOffset, ivOffset + ivSizeBytes);
  ivOffset += ivSizeBytes;
  return iv;
}

/**
 * Encrypts with the active key (AES-256-GCM).
 *
 * Layout: magic and version (3 bytes), length of the key id (1), key id, IV (12), ciphertext, tag (16). All before the
 * ciphertext is authenticated, and so is `aad`, which says what the value is and where it belongs.
 */
export function seal(ring: KeyRing, plain: Uint8Array, aad: string): Uint8Array {
  const keyId = ring.activeKeyId;
  const headerSizeBytes = magic.length + 1 + keyId.length + ivSizeBytes;
  const sealed = Buffer.allocUnsafeSlow(headerSizeBytes + plain.length + tagSizeBytes);
  const iv = nextIv();
  magic.copy(sealed);
  sealed[magic.length] = keyId.length;
  sealed.write(keyId, magic.length + 1, 'latin1');
  iv.copy(sealed, headerSizeBytes - ivSizeBytes);
  const cipher = createCipheriv(algorithm, ring.key(keyId), iv);
  cipher.setAAD(Buffer.concat([sealed.subarray(0, headerSizeBytes), Buffer.from(aad)]));
  cipher.update(plain).copy(sealed, headerSizeBytes);
  cipher.final();
  cipher.getAuthTag().copy(sealed, sealed.length - tagSizeBytes);
  return sealed;
}

/**
 * Decrypts what `seal` made with the same `aad`.
 * @throws GatewayError `encryption_failed`: not sealed at all, sealed with a key that the ring does not hold, changed
 *   since, or sealed for another place.
 */
export function open(lookup: KeyLookup, sealed: Uint8Array, aad: string): Uint8Array {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const { keyId, headerSizeBytes } = readHeader(bytes);
  const iv = bytes.subarray(headerSizeBytes - ivSizeBytes, headerSizeBytes);
  const decipher = createDecipheriv(algorithm, lookup.key(keyId), iv, { authTagLength: tagSizeBytes });
  decipher.setAAD(Buffer.concat([bytes.subarray(0, headerSizeBytes), Buffer.from(aad)]));
  decipher.setAuthTag(bytes.subarray(-tagSizeBytes));
  const plain = decipher.update(bytes.subarray(headerSizeBytes, -tagSizeBytes));
  try {
    decipher.final();
  } catch (error) {
    throw new GatewayError(
      {
        type: 'encryption_failed',
        message: `A value sealed with key '${keyId}' does not open: the key is another one, or the value was changed or moved.`,
      },
      { cause: error },
    );
  }
  return plain;
}

/** Id of the key that opens the value. @throws GatewayError `encryption_failed` where it is not sealed at all. */
export function keyIdOf(sealed: Uint8Array): string {
  return readHeader(Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)).keyId;
}

function readHeader(bytes: Buffer): { keyId: string; headerSizeBytes: number } {
  const keyIdStart = magic.length + 1;
  const headerSizeBytes = keyIdStart + (bytes[magic.length] ?? 0) + ivSizeBytes;
  if (!bytes.subarray(0, magic.length).equals(magic) || bytes.length < headerSizeBytes + tagSizeBytes) {
    throw new GatewayError({
      type: 'encryption_failed',
      message: 'A stored value is not sealed. It was not written by this gateway, or it was changed since.',
    });
  }
  return { keyId: bytes.toString('latin1', keyIdStart, headerSizeBytes - ivSizeBytes), headerSizeBytes };
}
