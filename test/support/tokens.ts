import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JWK } from 'jose';

/** A key pair of an identity provider. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** Its public part, as a JWKS holds it. */
  jwk: JWK;
}

export function rsaKey(kid: string): SigningKey {
  return named(kid, 'RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }));
}

export function ecKey(kid: string): SigningKey {
  return named(kid, 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

function named(kid: string, alg: string, pair: { privateKey: KeyObject; publicKey: KeyObject }): SigningKey {
  return { kid, ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } };
}

export type Claims = Record<string, unknown>;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Header and claims as they are signed; nothing of them is judged. */
export function unsigned(header: Claims, claims: Claims): string {
  return `${part(header)}.${part(claims)}`;
}

/** A token by RS256 or ES256, as the kind of key says. */
export function tokenOf(key: SigningKey, claims: Claims, header: Claims = {}): string {
  const text = unsigned({ alg: key.jwk.alg, kid: key.kid, typ: 'JWT', ...header }, claims);
  const signature = sign('sha256', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
