import { z } from 'zod';
import type { WebhookSecret } from '../../platform/store/webhooks-contract.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';

const tenantQuery = z.strictObject({ tenant: z.string().min(1).max(256).optional() });
const tenantParameter: ParameterDoc = {
  name: 'tenant',
  in: 'query',
  description: "Whose secret; the caller's own tenant where absent",
  schema: z.string(),
};

const unixSeconds = z.int().describe('Unix time in seconds');
const secretObject = z.object({
  object: z.literal('webhook.secret'),
  tenant: z.string(),
  secret: z.string().describe('whsec_ and base64, as the libraries of Standard Webhooks take it'),
  created_at: unixSeconds,
  previous: z
    .array(z.object({ secret: z.string(), created_at: unixSeconds, expires_at: unixSeconds }))
    .describe('Secrets that sign beside it until they expire'),
});

const dayS = 86_400;
const rotateBody = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(30 * dayS)
    .default(dayS)
    .describe('How long the secrets before it sign on'),
});

function tenantOf({ req, principal }: SignedInExchange): string {
  const query = tenantQuery.safeParse(req.query);
  if (!query.success) throw invalidField(query.error);
  return query.data.tenant ?? principal.tenant;
}

const toSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

function toSecretObject(tenant: string, [newest, ...rest]: WebhookSecret[]): z.output<typeof secretObject> {
  if (!newest) throw new Error('every tenant has a secret');
  return {
    object: 'webhook.secret',
    tenant,
    secret: newest.secret,
    created_at: toSeconds(newest.createdAt),
    previous: rest.map(({ secret, createdAt, expiresAt }) => ({
      secret,
      created_at: toSeconds(createdAt),
      expires_at: toSeconds(expiresAt ?? createdAt),
    })),
  };
}

const show: Route = {
  method: 'get',
  path: '/admin/webhooks/secret',
  access: 'key',
  scopes: ['admin'],
  doc: {
    summary: 'The secret that the webhooks of a tenant are signed with; made at the first look',
    tag: 'operations',
    parameters: [tenantParameter],
    responses: { 200: { description: 'The secret', schema: secretObject } },
  },
  handle: async (exchange) => {
    const tenant = tenantOf(exchange);
    const secrets = await exchange.ports.webhooks.secrets(exchange.principal, tenant);
    exchange.res.setHeader('cache-control', 'no-store');
    exchange.res.json(toSecretObject(tenant, secrets));
  },
};

const rotate: Route = {
  method: 'post',
  path: '/admin/webhooks/secret/rotate',
  access: 'key',
  scopes: ['admin'],
  doc: {
    summary: 'Makes another secret; those before it sign on for a while, so that receivers can change over',
    tag: 'operations',
    parameters: [tenantParameter],
    body: rotateBody,
    responses: { 200: { description: 'The new secret', schema: secretObject } },
  },
  handle: async (exchange) => {
    const { req, res, ports, principal } = exchange;
    const tenant = tenantOf(exchange);
    const body = rotateBody.safeParse(await exchange.readJsonBody(req, res));
    if (!body.success) throw invalidField(body.error);
    const secrets = await ports.webhooks.rotateSecret(principal, tenant, body.data.overlap_seconds * 1000);
    res.setHeader('cache-control', 'no-store');
    res.json(toSecretObject(tenant, secrets));
  },
};

/** `/admin/webhooks`. */
export const webhookSecretRoutes: Route[] = [show, rotate];
