import { createHash, randomBytes } from 'node:crypto';
import { canonicalJson } from '../../domain/canonical-json.ts';

/**
 * `req_` and 32 hex digits. With an Idempotency-Key they are a hash of tenant and key, so that a repeated call names
 * the same workflow; without, they begin with the time, so that ids sort by age.
 */
export function requestIdFor(tenant: string, idempotencyKey?: string): string {
  if (idempotencyKey === undefined) {
    return `req_${Date.now().toString(16).padStart(12, '0')}${randomBytes(10).toString('hex')}`;
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([tenant, idempotencyKey]))
    .digest('hex');
  return `req_${hash.slice(0, 32)}`;
}

/** sha256 (hex) of a body whose fields may come in any order. */
export function bodyHashOf(body: unknown): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex');
}
