import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';
import type { Scope } from '../ports.ts';
import {
  changedKeyBody,
  issuedKeyObject,
  keyObject,
  newKeyBody,
  rotateKeyBody,
  tenantName,
  toChanges,
  toKeyObject,
  toTerms,
} from './key-object.ts';
import type { IssuedKey } from './keys-port.ts';

const path = '/admin/keys';
const onePath = `${path}/:id`;
const scopes: readonly Scope[] = ['admin'];
const idParameter: ParameterDoc = { name: 'id', in: 'path', description: 'Id of the key', schema: z.string() };

/** The id in the path. Throws `not_found` for what cannot be one. */
function keyIdOf({ req }: SignedInExchange): string {
  const id = req.params['id'];
  if (typeof id === 'string' && /^key_[0-9a-f]{24}$/.test(id)) return id;
  throw new GatewayError({ type: 'not_found', message: 'There is no API key with this id.', param: 'id' });
}

async function readBody<Schema extends z.ZodType>(
  { req, res, readJsonBody }: SignedInExchange,
  schema: Schema,
): Promise<z.output<Schema>> {
  const body = schema.safeParse(await readJsonBody(req, res));
  if (body.success) return body.data;
  throw invalidField(body.error);
}

function hasBody({ req: { headers } }: SignedInExchange): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function sendIssued({ res }: SignedInExchange, status: 200 | 201, { record, key }: IssuedKey): void {
  // The key stands in this answer only; no cache on the way may keep it.
  res.setHeader('cache-control', 'no-store');
  res.status(status).json({ ...toKeyObject(record), key });
}

const create: Route = {
  method: 'post',
  path,
  access: 'key',
  scopes,
  doc: {
    summary: 'Makes an API key; the key itself is shown in this answer only',
    tag: 'operations',
    body: newKeyBody,
    responses: { 201: { description: 'The new key', schema: issuedKeyObject } },
  },
  handle: async (exchange) => {
    const { ports, principal, res } = exchange;
    const body = await readBody(exchange, newKeyBody);
    const { tenant } = body;
    const issued = await ports.keys.create(principal, { ...toTerms(body), ...(tenant !== undefined && { tenant }) });
    res.setHeader('location', `${path}/${issued.record.id}`);
    sendIssued(exchange, 201, issued);
  },
};

const listQuery = z.strictObject({ tenant: tenantName.optional() });

const list: Route = {
  method: 'get',
  path,
  access: 'key',
  scopes,
  doc: {
    summary: 'API keys that the caller administers, newest first',
    tag: 'operations',
    parameters: [{ name: 'tenant', in: 'query', description: 'Only keys of this tenant', schema: z.string() }],
    responses: {
      200: { description: 'Keys', schema: z.object({ object: z.literal('list'), data: z.array(keyObject) }) },
    },
  },
  handle: async ({ req, res, ports, principal }) => {
    const query = listQuery.safeParse(req.query);
    if (!query.success) throw invalidField(query.error);
    const keys = await ports.keys.list(principal, query.data.tenant);
    res.json({ object: 'list', data: keys.map(toKeyObject) });
  },
};

const one: Route = {
  method: 'get',
  path: onePath,
  access: 'key',
  scopes,
  doc: {
    summary: 'One API key, without its secret',
    tag: 'operations',
    parameters: [idParameter],
    responses: { 200: { description: 'The key', schema: keyObject } },
  },
  handle: async (exchange) => {
    const { ports, principal, res } = exchange;
    res.json(toKeyObject(await ports.keys.get(principal, keyIdOf(exchange))));
  },
};

const change: Route = {
  method: 'patch',
  path: onePath,
  access: 'key',
  scopes,
  doc: {
    summary: 'Changes what an API key may do; in force everywhere within two seconds',
    tag: 'operations',
    parameters: [idParameter],
    body: changedKeyBody,
    responses: { 200: { description: 'The changed key', schema: keyObject } },
  },
  handle: async (exchange) => {
    const { ports, principal, res } = exchange;
    const id = keyIdOf(exchange);
    const changes = toChanges(await readBody(exchange, changedKeyBody));
    res.json(toKeyObject(await ports.keys.change(principal, id, changes)));
  },
};

const rotate: Route = {
  method: 'post',
  path: `${onePath}/rotate`,
  access: 'key',
  scopes,
  doc: {
    summary: 'Makes another secret for an API key; the one before works on for the overlap',
    tag: 'operations',
    parameters: [idParameter],
    body: rotateKeyBody,
    responses: { 200: { description: 'The key with its new secret', schema: issuedKeyObject } },
  },
  handle: async (exchange) => {
    const id = keyIdOf(exchange);
    const body = hasBody(exchange) ? await readBody(exchange, rotateKeyBody) : rotateKeyBody.parse({});
    const issued = await exchange.ports.keys.rotate(exchange.principal, id, body.overlap_seconds * 1000);
    sendIssued(exchange, 200, issued);
  },
};

const revoke: Route = {
  method: 'delete',
  path: onePath,
  access: 'key',
  scopes,
  doc: {
    summary: 'Revokes an API key for good; in force everywhere within two seconds',
    tag: 'operations',
    parameters: [idParameter],
    responses: {
      200: {
        description: 'It is gone',
        schema: z.object({ id: z.string(), object: keyObject.shape.object, deleted: z.literal(true) }),
      },
    },
  },
  handle: async (exchange) => {
    const { ports, principal, res } = exchange;
    const id = keyIdOf(exchange);
    await ports.keys.revoke(principal, id);
    res.json({ id, object: keyObject.shape.object.value, deleted: true });
  },
};

/** `/admin/keys`. */
export const keyRoutes: Route[] = [create, list, one, change, rotate, revoke];
