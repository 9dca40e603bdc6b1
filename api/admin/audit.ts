import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import type { Route } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';
import type { Scope } from '../ports.ts';
import { auditExportRoute } from './audit-export.ts';
import {
  checkpointObject,
  fromQuery,
  indexParameter,
  listObject,
  listQuery,
  proofObject,
  sizeQuery,
  toFilter,
} from './audit-object.ts';

const path = '/admin/audit';
const scopes: readonly Scope[] = ['audit', 'admin'];
const defaultLimit = 100;

function inQuery(name: string, description: string, schema: z.ZodType = z.string()): ParameterDoc {
  return { name, in: 'query', description, schema };
}

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidField(parsed.error);
}

/** @throws GatewayError `invalid_request` for a size that the log has not, or not yet. */
function assertSize(wanted: number, size: number, param: string): void {
  if (wanted >= 1 && wanted <= size) return;
  throw new GatewayError({
    type: 'invalid_request',
    message: `${param} must be 1 to ${size}, the size of the log.`,
    param,
  });
}

const list: Route = {
  method: 'get',
  path,
  access: 'key',
  scopes,
  doc: {
    summary: 'Records of requests, refusals and administration, newest first',
    tag: 'operations',
    parameters: [
      inQuery('tenant', 'Only of this tenant'),
      inQuery('principal', 'Only of this key or subject'),
      inQuery('outcome', 'completed, failed, cancelled, rejected, done, refused, unknown'),
      inQuery('action', 'Only this action of administrators, e.g. key.created'),
      inQuery('request_id', 'Only of this request'),
      inQuery('from', 'From this time on, in ISO 8601 or Unix seconds'),
      inQuery('to', 'Before this time'),
      inQuery('limit', 'Entries a page, 1 to 1000; 100 where absent', z.int()),
      inQuery('cursor', 'next_cursor of the page before'),
    ],
    responses: { 200: { description: 'A page', schema: listObject } },
  },
  handle: async ({ req, res, ports, principal }) => {
    const query = valid(listQuery, req.query);
    const { limit = defaultLimit, cursor } = query;
    const { entries, next } = await ports.audit.page(principal, toFilter(query), cursor, limit);
    const page: z.input<typeof listObject> = {
      object: 'list',
      data: entries.map((entry) => ({ ...entry })),
      has_more: next !== undefined,
      next_cursor: next === undefined ? null : String(next),
    };
    res.json(page);
  },
};

const checkpoint: Route = {
  method: 'get',
  path: `${path}/checkpoint`,
  access: 'key',
  scopes,
  doc: {
    summary: 'The signed size and root of the log, over everything recorded before the call',
    tag: 'operations',
    parameters: [inQuery('from', 'Size of an older checkpoint, to have it proved that the log only grew', z.int())],
    responses: { 200: { description: 'The checkpoint', schema: checkpointObject } },
  },
  handle: async ({ req, res, ports }) => {
    const { from } = valid(fromQuery, req.query);
    const { origin, publicKey, size, note } = await ports.audit.checkpoint();
    if (from !== undefined) assertSize(from, size, 'from');
    const shown: z.input<typeof checkpointObject> = {
      object: 'audit.checkpoint',
      origin,
      public_key: publicKey,
      size,
      note,
      consistency: from === undefined ? null : await ports.audit.consistency(from, size),
    };
    res.json(shown);
  },
};

const proof: Route = {
  method: 'get',
  path: `${path}/proof/:index`,
  access: 'key',
  scopes,
  doc: {
    summary: 'Proof that an entry is in the log',
    tag: 'operations',
    parameters: [
      { name: 'index', in: 'path', description: 'Place of the entry', schema: z.int() },
      inQuery('size', 'Size of the log that it is proved for; the newest where absent', z.int()),
    ],
    responses: { 200: { description: 'The hashes that lead from the entry to the root', schema: proofObject } },
  },
  handle: async ({ req, res, ports, principal }) => {
    const index = indexParameter.safeParse(req.params['index']);
    const { size: wanted } = valid(sizeQuery, req.query);
    const newest = await ports.audit.checkpoint();
    const size = wanted ?? newest.size;
    if (wanted !== undefined) assertSize(wanted, newest.size, 'size');
    const found =
      index.success && index.data < size ? await ports.audit.inclusion(principal, index.data, size) : undefined;
    if (!found) {
      throw new GatewayError({ type: 'not_found', message: 'There is no such entry in the log.', param: 'index' });
    }
    const shown: z.input<typeof proofObject> = {
      object: 'audit.inclusion_proof',
      index: found.index,
      size,
      leaf_hash: found.leafHash,
      hashes: found.hashes,
      note: size === newest.size ? newest.note : null,
    };
    res.json(shown);
  },
};

/** `/admin/audit`. An auditor sees what is its tenant's; an admin of the operator's tenant sees everything. */
export const auditRoutes: Route[] = [list, checkpoint, proof, auditExportRoute];
