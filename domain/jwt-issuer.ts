import type { JSONWebKeySet } from 'jose';

/** Signatures that are made with a private key only: whoever can check a token cannot make one. */
export const jwtAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** Where a claim stands in a token: `['realm_access', 'roles']` is `roles` within `realm_access`. */
export type ClaimPath = readonly string[];

/** Whose tokens are believed, and what they must say. */
export interface JwtIssuer {
  issuer: string;
  /** A token must be meant for one of these. */
  audience: readonly string[];
  algorithms: readonly (typeof jwtAlgorithms)[number][];
  keys: { kind: 'url'; url: string } | { kind: 'static'; keys: JSONWebKeySet };
  tenant: { kind: 'fixed'; name: string } | { kind: 'claim'; path: ClaimPath };
  /** Holds the scopes, as an array or as words between spaces. */
  scopesClaim: ClaimPath;
  /** Claims of the top level, each with the values of which one must be there. */
  requiredClaims: ReadonlyMap<string, readonly (string | number | boolean)[]>;
}
