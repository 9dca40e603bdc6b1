import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import { operatorTenant } from '../../domain/principal.ts';
import type { Route } from '../http/exchange.ts';

/** `POST /admin/reload`: the configuration file is read again, and replaces what is in force only as a whole. */
export const reloadRoute: Route = {
  method: 'post',
  path: '/admin/reload',
  access: 'key',
  scopes: ['operator', 'admin'],
  doc: {
    summary: 'Reads the configuration file again; a wrong file changes nothing, and its wrong field is named',
    tag: 'operations',
    responses: {
      200: {
        description: 'The file is in force',
        schema: z.object({
          object: z.literal('gateway.reload'),
          changed: z.boolean().describe('false: it said what was in force already'),
          warnings: z.array(z.string()),
        }),
      },
    },
  },
  handle: async ({ res, ports, principal }) => {
    if (principal.tenant !== operatorTenant) {
      throw new GatewayError({
        type: 'permission_denied',
        message: `The configuration is reloaded by operators of the tenant '${operatorTenant}' only.`,
      });
    }
    const { changed, warnings } = await ports.config.reload();
    res.json({ object: 'gateway.reload', changed, warnings });
  },
};
