import { z } from 'zod';
import { scopes } from '../../domain/principal.ts';
import { toBudgets, toWritten, writtenBudgets } from '../../platform/config/budget-schema.ts';
import { ipRange, rateLimits } from '../../platform/config/edge-schema.ts';
import type { ApiKeyChanges, ApiKeyRecord, ApiKeyTerms } from '../../platform/store/api-keys-contract.ts';
import { boundedArray } from '../http/bounded-schemas.ts';

const unixSeconds = z.int().describe('Unix time in seconds');
const scope = z.enum(scopes);
/** Without control characters: PostgreSQL takes no NUL, and names are printed. */
const printable = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}]*$/u);
const name = printable.max(100);
export const tenantName = printable.max(256);
const scopeList = boundedArray(scope, 1, scopes.length);
const models = boundedArray(z.string().min(1).max(256), 1, 1_000).describe('Aliases and deployments it may name');
const allowedIps = boundedArray(ipRange, 1, 1_000).describe('Addresses and ranges that it works from');
const expiresAt = z.int().min(0).max(253_402_300_799).describe('Unix time in seconds');

/** Body of `POST /admin/keys`. What is left out or null does not restrict the key. */
export const newKeyBody = z.strictObject({
  name,
  tenant: tenantName.optional().describe("Default: the caller's own"),
  scopes: scopeList.default(['inference']),
  models: models.nullish(),
  allowed_ips: allowedIps.nullish(),
  limits: rateLimits.nullish(),
  budget: writtenBudgets.nullish().describe("What it may spend in a day or month of UTC, within its tenant's budget"),
  expires_at: expiresAt.nullish(),
});

/** Body of `PATCH /admin/keys/{id}`: null takes a restriction away, what is left out stays. */
export const changedKeyBody = newKeyBody.omit({ tenant: true }).extend({ scopes: scopeList }).partial();

/** Body of `POST /admin/keys/{id}/rotate`. */
export const rotateKeyBody = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(3_600)
    .describe('How long the key before goes on working'),
});

export const keyObject = z.object({
  id: z.string(),
  object: z.literal('gateway.api_key'),
  name: z.string(),
  tenant: z.string(),
  scopes: z.array(scope),
  models: z.array(z.string()).nullable(),
  allowed_ips: z.array(z.string()).nullable(),
  limits: rateLimits.nullable(),
  budget: writtenBudgets.nullable(),
  created_at: unixSeconds,
  created_by: z.string(),
  expires_at: unixSeconds.nullable(),
  last_used_at: unixSeconds.nullable().describe('To the minute'),
  secrets: z
    .array(z.object({ prefix: z.string(), created_at: unixSeconds, expires_at: unixSeconds.nullable() }))
    .describe('Newest first; after a rotation the one before is listed until it ends'),
});

/** As `keyObject`, with the key itself: the only time that it is shown. */
export const issuedKeyObject = keyObject.extend({ key: z.string().describe('Shown once; it is kept only as a hash') });

export function toKeyObject(record: ApiKeyRecord): z.output<typeof keyObject> {
  return {
    id: record.id,
    object: 'gateway.api_key',
    name: record.name,
    tenant: record.tenant,
    scopes: [...record.scopes],
    models: record.models ? [...record.models] : null,
    allowed_ips: record.allowedIps ? [...record.allowedIps] : null,
    limits: record.limits ?? null,
    budget: record.budgets ? toWritten(record.budgets) : null,
    created_at: toUnixSeconds(record.createdAt),
    created_by: record.createdBy,
    expires_at: record.expiresAt ? toUnixSeconds(record.expiresAt) : null,
    last_used_at: record.lastUsedAt ? toUnixSeconds(record.lastUsedAt) : null,
    secrets: record.secrets.map(({ lookup, createdAt, expiresAt: end }) => ({
      prefix: `hf_${lookup}`,
      created_at: toUnixSeconds(createdAt),
      expires_at: end ? toUnixSeconds(end) : null,
    })),
  };
}

export function toTerms(body: z.output<typeof newKeyBody>): ApiKeyTerms {
  const { limits, budget, allowed_ips: ips, expires_at: end } = body;
  return {
    name: body.name,
    scopes: body.scopes,
    ...(body.models && { models: body.models }),
    ...(ips && { allowedIps: ips }),
    ...(limits && { limits }),
    ...(budget && { budgets: toBudgets(budget) }),
    ...(typeof end === 'number' && { expiresAt: toDate(end) }),
  };
}

export function toChanges(body: z.output<typeof changedKeyBody>): ApiKeyChanges {
  const { limits, budget, allowed_ips: ips, expires_at: end } = body;
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.scopes !== undefined && { scopes: body.scopes }),
    ...(body.models !== undefined && { models: body.models }),
    ...(ips !== undefined && { allowedIps: ips }),
    ...(limits !== undefined && { limits }),
    ...(budget !== undefined && { budgets: budget && toBudgets(budget) }),
    ...(end !== undefined && { expiresAt: end === null ? null : toDate(end) }),
  };
}

const toUnixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);
const toDate = (seconds: number): Date => new Date(seconds * 1000);
