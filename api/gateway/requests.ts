import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import { assertMayName } from '../../domain/model-permission.ts';
import type { RequestRecord } from '../../domain/request-record.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';
import type { ListOptions, Scope } from '../ports.ts';
import { requestObject, toRequestObject } from './request-object.ts';

export const ownerScopes: readonly Scope[] = ['inference', 'operator', 'admin'];
export const idParameter: ParameterDoc = {
  name: 'id',
  in: 'path',
  description: 'Id of the request',
  schema: z.string(),
};

/** Unknown, malformed and other tenants' ids are told apart by nobody. */
export function requestNotFound(): GatewayError {
  return new GatewayError({ type: 'not_found', message: 'There is no request with this id.', param: 'id' });
}

/** The id in the path. Throws `not_found` for what cannot be one. */
export function requestIdOf({ req }: SignedInExchange): string {
  const id = req.params['id'];
  if (typeof id !== 'string' || !/^req_[\w-]{1,128}$/.test(id)) throw requestNotFound();
  return id;
}

async function ownRecord(exchange: SignedInExchange, id: string): Promise<RequestRecord> {
  const record = await exchange.ports.record(exchange.principal.tenant, id);
  if (!record) throw requestNotFound();
  return record;
}

const listQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(100))
    .optional(),
  after: z
    .string()
    .regex(/^req_[\w-]{1,128}$/)
    .optional(),
  status: requestObject.shape.status.optional(),
});

/**
 * A page of at most `limit` records, cut where the instant of creation changes: the next page begins before an
 * instant, and would lose those of the same millisecond.
 */
export function cutPage(records: RequestRecord[], limit: number): { page: RequestRecord[]; hasMore: boolean } {
  const next = records[limit];
  if (!next) return { page: records, hasMore: false };
  const sameInstant = (record: RequestRecord): boolean => record.createdAt.getTime() === next.createdAt.getTime();
  const page = records.slice(0, limit).filter((record) => !sameInstant(record));
  return { page: page.length > 0 ? page : records.filter(sameInstant), hasMore: true };
}

async function readListOptions(exchange: SignedInExchange): Promise<ListOptions & { after?: string }> {
  const query = listQuery.safeParse(exchange.req.query);
  if (!query.success) throw invalidField(query.error);
  const { limit = 20, after, status } = query.data;
  const before = after === undefined ? undefined : (await ownRecord(exchange, after)).createdAt;
  return { limit, ...(before && { before }), ...(status && { status }) };
}

const list: Route = {
  method: 'get',
  path: '/v1/requests',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'Own requests, newest first',
    tag: 'gateway',
    parameters: [
      { name: 'limit', in: 'query', description: 'Entries a page, 1 to 100; 20 where absent', schema: z.int() },
      { name: 'after', in: 'query', description: 'last_id of the page before', schema: z.string() },
      { name: 'status', in: 'query', description: 'Only requests of this status', schema: requestObject.shape.status },
    ],
    responses: {
      200: {
        description: 'A page; requests of one millisecond are never parted, so it may differ from the limit',
        schema: z.object({
          object: z.literal('list'),
          data: z.array(requestObject),
          first_id: z.string().nullable(),
          last_id: z.string().nullable(),
          has_more: z.boolean(),
        }),
      },
    },
  },
  handle: async (exchange) => {
    const options = await readListOptions(exchange);
    const records = await exchange.ports.list(exchange.principal.tenant, { ...options, limit: options.limit + 1 });
    const { page, hasMore } = cutPage(records, options.limit);
    exchange.res.json({
      object: 'list',
      data: page.map((record) => toRequestObject(record)),
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
      has_more: hasMore,
    });
  },
};

const one: Route = {
  method: 'get',
  path: '/v1/requests/:id',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'State, attempts, cost and answer of a request',
    tag: 'gateway',
    parameters: [idParameter],
    responses: { 200: { description: 'The request', schema: requestObject } },
  },
  handle: async (exchange) => {
    const { ports, principal, res } = exchange;
    const record = await ownRecord(exchange, requestIdOf(exchange));
    const text = record.status === 'completed' ? await ports.result(principal.tenant, record.id) : undefined;
    res.json(toRequestObject(record, text === undefined ? null : JSON.parse(text)));
  },
};

const cancel: Route = {
  method: 'post',
  path: '/v1/requests/:id/cancel',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'Stops the request and the model that works on it',
    tag: 'gateway',
    parameters: [idParameter],
    responses: { 200: { description: 'The request as it is now', schema: requestObject } },
  },
  handle: async (exchange) => {
    const record = await ownRecord(exchange, requestIdOf(exchange));
    exchange.res.json(toRequestObject(await exchange.ports.cancel(exchange.principal.tenant, record.id)));
  },
};

const retry: Route = {
  method: 'post',
  path: '/v1/requests/:id/retry',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'Runs a request that has failed or was cancelled once more, under its id',
    tag: 'gateway',
    parameters: [idParameter],
    responses: { 202: { description: 'The request as it is now', schema: requestObject } },
  },
  handle: async (exchange) => {
    const record = await ownRecord(exchange, requestIdOf(exchange));
    // A key that may not name the model any more must not have it called again.
    assertMayName(exchange.principal, record.alias);
    const retried = await exchange.ports.retry(exchange.principal.tenant, record.id);
    exchange.res.setHeader('location', `/v1/requests/${retried.id}`);
    exchange.res.status(202).json(toRequestObject(retried));
  },
};

/** What an owner sees and does of requests, events aside. */
export const requestRoutes: Route[] = [list, one, cancel, retry];
