import { createPublicKey } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { JWK } from 'jose';
import { z } from 'zod';
import { type ClaimPath, jwtAlgorithms, type JwtIssuer } from '../../domain/jwt-issuer.ts';

const text = z.string().min(1);
const oneOrMore = z.union([text.transform((only) => [only]), z.array(text).nonempty()]);
/** A name, or the way to a nested claim as a list of names: names hold dots and slashes themselves. */
const claimPath: z.ZodType<ClaimPath, string | string[]> = oneOrMore;

const jwksUrl = z.url({ protocol: /^https?$/ }).refine((url) => isSafe(new URL(url)), {
  error: 'must be https, or http on this machine: whoever can change the keys on their way can make tokens',
});
const pem = z.strictObject({ pem: text, kid: text.optional() }).transform(({ pem: key, kid }, context): JWK => {
  const jwk = key.includes('PRIVATE KEY') ? undefined : publicPart(key);
  if (jwk) return { ...jwk, ...(kid !== undefined && { kid }) };
  context.addIssue({ code: 'custom', message: 'must be a public key (BEGIN PUBLIC KEY) or a certificate' });
  return z.NEVER;
});
/** RFC 7517. Symmetric keys (`oct`) are none of the kinds. */
const jwk = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), kid: text.optional(), alg: z.enum(jwtAlgorithms).optional() })
  .transform((key, context): JWK => {
    const { kid, alg } = key;
    const found = 'd' in key ? undefined : publicPart({ key, format: 'jwk' });
    if (found) return { ...found, ...(kid !== undefined && { kid }), ...(alg && { alg }) };
    context.addIssue({ code: 'custom', message: 'must be a public key: all of its public parts, and none besides' });
    return z.NEVER;
  });
const claimValue = z.union([z.string(), z.number(), z.boolean()]);

const jwtIssuer = z
  .strictObject({
    issuer: text,
    audience: oneOrMore,
    algorithms: z.array(z.enum(jwtAlgorithms)).nonempty(),
    jwksUrl: jwksUrl.optional(),
    keys: z
      .array(z.union([pem, jwk]))
      .nonempty()
      .optional(),
    tenant: text.optional(),
    tenantClaim: claimPath.optional(),
    scopesClaim: claimPath,
    requiredClaims: z
      .record(text, z.union([claimValue.transform((only) => [only]), z.array(claimValue).nonempty()]))
      .default({}),
  })
  .transform((entry, context): JwtIssuer => {
    const { issuer, audience, algorithms, scopesClaim, requiredClaims } = entry;
    const keys = keysOf(entry);
    const tenant = tenantOf(entry);
    if (!keys) context.addIssue({ code: 'custom', message: 'needs either jwksUrl or keys' });
    if (!tenant) context.addIssue({ code: 'custom', message: 'needs either tenantClaim or tenant' });
    if (!keys || !tenant) return z.NEVER;
    return {
      issuer,
      audience,
      algorithms,
      keys,
      tenant,
      scopesClaim,
      requiredClaims: new Map(Object.entries(requiredClaims)),
    };
  });

/** `auth` of the configuration file. */
export const authSchema = z
  .strictObject({
    jwt: z
      .array(jwtIssuer)
      .refine((issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length, {
        error: 'names an issuer twice',
      })
      .default([]),
  })
  .prefault({});

function keysOf(entry: { jwksUrl?: string | undefined; keys?: JWK[] | undefined }): JwtIssuer['keys'] | undefined {
  const { jwksUrl: url, keys } = entry;
  if (url !== undefined && keys === undefined) return { kind: 'url', url };
  if (url === undefined && keys !== undefined) return { kind: 'static', keys: { keys } };
  return undefined;
}

function tenantOf(entry: {
  tenant?: string | undefined;
  tenantClaim?: ClaimPath | undefined;
}): JwtIssuer['tenant'] | undefined {
  const { tenant: name, tenantClaim: path } = entry;
  if (name !== undefined && path === undefined) return { kind: 'fixed', name };
  if (name === undefined && path !== undefined) return { kind: 'claim', path };
  return undefined;
}

function isSafe({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

function publicPart(key: Parameters<typeof createPublicKey>[0]): JWK | undefined {
  try {
    return createPublicKey(key).export({ format: 'jwk' });
  } catch {
    return undefined;
  }
}
