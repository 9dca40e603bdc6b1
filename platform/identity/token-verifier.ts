import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { decodeJwt, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../../domain/errors.ts';
import type { ClaimPath, JwtIssuer } from '../../domain/jwt-issuer.ts';
import { isScope, type Principal, type Scope } from '../../domain/principal.ts';
import { publicKeysOf } from './jwks.ts';

/** Much more than real tokens have, much less than costs time. */
const maxTokenChars = 8_192;
const clockToleranceSeconds = 5;
const compactJws = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Recognises the tokens of the configured issuers. */
export interface TokenVerifier {
  /**
   * The principal of a token; undefined for what has not the form of one.
   * @throws GatewayError `authentication_failed`, `permission_denied` for a tenant that is not configured, `not_ready`
   *   where the issuer's keys cannot be read.
   */
  verify(candidate: string): Promise<Principal | undefined>;
}

interface TrustedIssuer extends JwtIssuer {
  publicKeys: JWTVerifyGetKey;
}

/** @param issuers those in force; asked at each token, because the configuration may be read again. */
export function createTokenVerifier(
  issuers: () => readonly JwtIssuer[],
  isTenant: (name: string) => boolean,
): TokenVerifier {
  const trustedIssuers = keepTrusted(issuers);
  return {
    async verify(candidate) {
      const trusted = trustedIssuers();
      if (trusted.size === 0 || !compactJws.test(candidate)) return undefined;
      if (candidate.length > maxTokenChars) throw refused(`it is longer than ${maxTokenChars} characters`);
      // Nothing is believed yet: the issuer's name only chooses whose rules and keys the token must satisfy.
      const issuer = trusted.get(claimedIssuer(candidate));
      if (!issuer) throw refused('its issuer is not one of auth.jwt');
      const claims = await verifiedClaims(candidate, issuer);
      checkRequiredClaims(claims, issuer);
      return {
        id: subjectId(claims, issuer),
        tenant: tenantOf(claims, issuer, isTenant),
        scopes: scopesOf(claims, issuer),
      };
    },
  };
}

/** The issuers by name. One whose keys come from the same place as before keeps those that were read. */
function keepTrusted(issuers: () => readonly JwtIssuer[]): () => ReadonlyMap<string, TrustedIssuer> {
  let configured: readonly JwtIssuer[] = [];
  let trusted = new Map<string, TrustedIssuer>();
  return () => {
    const current = issuers();
    if (current !== configured) {
      const before = trusted;
      trusted = new Map(current.map((issuer) => [issuer.issuer, trust(issuer, before.get(issuer.issuer))] as const));
      configured = current;
    }
    return trusted;
  };
}

function trust(issuer: JwtIssuer, before: TrustedIssuer | undefined): TrustedIssuer {
  const isSame = before !== undefined && isDeepStrictEqual(before.keys, issuer.keys);
  return { ...issuer, publicKeys: isSame ? before.publicKeys : publicKeysOf(issuer) };
}

function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw refused('it cannot be decoded');
  }
}

async function verifiedClaims(token: string, issuer: TrustedIssuer): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, issuer.publicKeys, {
      issuer: issuer.issuer,
      audience: [...issuer.audience],
      algorithms: [...issuer.algorithms],
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== undefined) throw refused(reason, error);
    throw new GatewayError(
      { type: 'not_ready', message: "The keys of the token's issuer cannot be read now.", retryAfterMs: 5_000 },
      { cause: error },
    );
  }
}

/** What is wrong with the token, without quoting it; undefined where it could not be judged. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim '${error.claim}' is missing or not accepted`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not accepted';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer has no such key';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return "it does not say by 'kid' which key it is signed with";
  const isMalformed =
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JOSENotSupported;
  return isMalformed ? 'it is malformed' : undefined;
}

function checkRequiredClaims(claims: JWTPayload, { requiredClaims }: JwtIssuer): void {
  for (const [name, accepted] of requiredClaims) {
    const value = claimAt(claims, [name]);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!values.some((one) => accepted.some((wanted) => wanted === one))) {
      throw refused(`its claim '${name}' is missing or not accepted`);
    }
  }
}

/** Subjects are often mail addresses, and ids go into logs: a hash names the subject without telling it. */
function subjectId({ sub }: JWTPayload, { issuer }: JwtIssuer): string {
  if (typeof sub !== 'string' || sub === '') throw refused("its claim 'sub' is not a text");
  return `sub_${createHash('sha256')
    .update(JSON.stringify([issuer, sub]))
    .digest('hex')
    .slice(0, 32)}`;
}

function tenantOf(claims: JWTPayload, { tenant }: JwtIssuer, isTenant: (name: string) => boolean): string {
  const name = tenant.kind === 'fixed' ? tenant.name : claimAt(claims, tenant.path);
  if (typeof name !== 'string') throw refused('the claim that names its tenant is missing or not a text');
  if (isTenant(name)) return name;
  throw new GatewayError({ type: 'permission_denied', message: 'The tenant that the token names is not configured.' });
}

/** Words that are no scope of the gateway belong to other services. */
function scopesOf(claims: JWTPayload, { scopesClaim }: JwtIssuer): Scope[] {
  const value = claimAt(claims, scopesClaim) ?? [];
  const words: unknown = typeof value === 'string' ? value.split(' ') : value;
  if (!Array.isArray(words) || words.some((word) => typeof word !== 'string')) {
    throw refused('the claim that holds its scopes is neither a text nor a list of texts');
  }
  return words.filter((word) => isScope(word));
}

function claimAt(claims: object, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

function refused(reason: string, cause?: unknown): GatewayError {
  return new GatewayError({ type: 'authentication_failed', message: `The token is not valid: ${reason}.` }, { cause });
}
