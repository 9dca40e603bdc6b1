import { z } from 'zod';
import type { AuditFilter } from '../../platform/audit/contract.ts';
import { instant } from '../http/instant.ts';

const count = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/)
  .transform(Number);
const name = z.string().min(1).max(256);
export const indexParameter = count;

export const listQuery = z.strictObject({
  tenant: name.optional(),
  principal: name.optional(),
  outcome: name.optional(),
  action: name.optional(),
  request_id: name.optional(),
  from: instant.optional(),
  to: instant.optional(),
  limit: count.pipe(z.int().min(1).max(1000)).optional(),
  cursor: count.optional(),
});

/** What a list is narrowed to. */
export function toFilter(query: z.output<typeof listQuery>): AuditFilter {
  const { tenant, principal, outcome, action, request_id: requestId, from, to } = query;
  return {
    ...(tenant !== undefined && { tenant }),
    ...(principal !== undefined && { principal }),
    ...(outcome !== undefined && { outcome }),
    ...(action !== undefined && { action }),
    ...(requestId !== undefined && { requestId }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

export const sizeQuery = z.strictObject({ size: count.optional() });
export const fromQuery = z.strictObject({ from: count.optional() });

const hashes = z.array(z.string()).describe('In hex, in the order of RFC 6962');

const entryObject = z.looseObject({
  index: z.int().describe('Place in the log, from 0'),
  leaf_hash: z.string().describe('RFC 6962 leaf hash of all other fields but index, as canonical JSON (RFC 8785)'),
  type: z.enum(['request', 'refusal', 'admin']),
  tenant: z.string(),
  principal: z.string(),
  ip: z.string(),
  outcome: z.string(),
});

export const listObject = z.object({
  object: z.literal('list'),
  data: z.array(entryObject),
  has_more: z.boolean(),
  next_cursor: z.string().nullable().describe('The value of cursor for the next page'),
});

export const checkpointObject = z.object({
  object: z.literal('audit.checkpoint'),
  origin: z.string().describe('Name of the log'),
  public_key: z.string().describe("Its key, as C2SP's signed notes write it"),
  size: z.int().describe('Number of entries'),
  note: z.string().describe('The signed checkpoint: keep it elsewhere, to compare later exports with'),
  consistency: hashes.nullable().describe('Proof that the log begins with its first `from` entries; null without from'),
});

export const proofObject = z.object({
  object: z.literal('audit.inclusion_proof'),
  index: z.int(),
  size: z.int(),
  leaf_hash: z.string(),
  hashes,
  note: z.string().nullable().describe('The signed checkpoint of this size, where it is the newest'),
});
