import { z } from 'zod';
import type { Route } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import { erasureObject, toErasureObject } from './erasure-object.ts';

const endUser = z.string().min(1).max(1024);
const query = z.strictObject({ tenant: z.string().min(1).max(256).optional() });

/** `/admin/subjects`. The answer does not repeat who was erased. */
export const subjectRoute: Route = {
  method: 'delete',
  path: '/admin/subjects/:id',
  access: 'key',
  scopes: ['admin'],
  doc: {
    summary: 'Destroys the key of one end user, named as requests named him in `user`, and deletes what lay under it',
    tag: 'operations',
    parameters: [
      { name: 'id', in: 'path', description: 'The value of `user`', schema: endUser },
      {
        name: 'tenant',
        in: 'query',
        description: "Whose end user; the caller's tenant where absent",
        schema: z.string(),
      },
    ],
    responses: { 200: { description: 'What was erased', schema: erasureObject } },
  },
  handle: async ({ req, res, ports, principal }) => {
    const id = endUser.safeParse(req.params['id']);
    if (!id.success) throw invalidField(id.error);
    const wanted = query.safeParse(req.query);
    if (!wanted.success) throw invalidField(wanted.error);
    const { tenant = principal.tenant } = wanted.data;
    res.json(toErasureObject(tenant, await ports.tenants.eraseSubject(principal, id.data, tenant)));
  },
};
