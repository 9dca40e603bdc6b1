import { z } from 'zod';
import type { Route } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';
import { erasureObject, toErasureObject } from './erasure-object.ts';

const tenantName = z.string().min(1).max(256);
const tenantParameter: ParameterDoc = {
  name: 'tenant',
  in: 'path',
  description: 'Name of the tenant',
  schema: tenantName,
};

function tenantOf(params: Record<string, unknown>): string {
  const tenant = tenantName.safeParse(params['tenant']);
  if (!tenant.success) throw invalidField(tenant.error);
  return tenant.data;
}

const erase: Route = {
  method: 'delete',
  path: '/admin/tenants/:tenant',
  access: 'key',
  scopes: ['admin'],
  doc: {
    summary: 'Destroys the keys of a tenant: all that was kept for it is unreadable from now on, and is deleted',
    tag: 'operations',
    parameters: [tenantParameter],
    responses: { 200: { description: 'What was erased', schema: erasureObject } },
  },
  handle: async ({ req, res, ports, principal }) => {
    const tenant = tenantOf(req.params);
    res.json(toErasureObject(tenant, await ports.tenants.eraseTenant(principal, tenant)));
  },
};

const rotatedObject = z.object({ object: z.literal('tenant.key'), tenant: z.string(), key_id: z.string() });

const rotate: Route = {
  method: 'post',
  path: '/admin/tenants/:tenant/rotate-key',
  access: 'key',
  scopes: ['admin'],
  doc: {
    summary: 'Makes a new key for what a tenant sends from now on; what lies under its older keys stays readable',
    tag: 'operations',
    parameters: [tenantParameter],
    responses: { 200: { description: 'The id of the new key', schema: rotatedObject } },
  },
  handle: async ({ req, res, ports, principal }) => {
    const tenant = tenantOf(req.params);
    const keyId = await ports.tenants.rotateKey(principal, tenant);
    res.json({ object: 'tenant.key', tenant, key_id: keyId } satisfies z.input<typeof rotatedObject>);
  },
};

/** `/admin/tenants`. */
export const tenantRoutes: Route[] = [erase, rotate];
