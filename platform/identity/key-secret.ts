import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SecretRecord } from '../store/api-keys-contract.ts';

/** `hf_`, 16 hex digits that find the row, and 256 random bits that prove it. */
const shape = /^hf_([0-9a-f]{16})_[\w-]{43}$/;

/** A new key, to be shown once, and all of it that is kept. */
export function newSecret(): { key: string; record: SecretRecord } {
  const lookup = randomBytes(8).toString('hex');
  const key = `hf_${lookup}_${randomBytes(32).toString('base64url')}`;
  const salt = randomBytes(16);
  return { key, record: { lookup, salt, hash: hash(key, salt) } };
}

/** The part of a shown key that finds its row; undefined for what is no such key. */
export function lookupOf(candidate: string): string | undefined {
  return shape.exec(candidate)?.[1];
}

/** Compares in constant time. */
export function isSecret(candidate: string, record: Pick<SecretRecord, 'salt' | 'hash'>): boolean {
  return timingSafeEqual(hash(candidate, record.salt), record.hash);
}

/**
 * HMAC-SHA256 under a salt of its own for each secret. Slow hashes (scrypt, Argon2) are for what people choose, because
 * that can be guessed; 256 random bits cannot, and a slow hash on each request would only be a way to keep the gateway
 * busy.
 */
function hash(key: string, salt: Uint8Array): Buffer {
  return createHmac('sha256', salt).update(key).digest();
}
