import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import type { Route } from '../http/exchange.ts';
import type { ModelListing } from '../ports.ts';

const modelObject = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
});

function toModelObject({ id, created, ownedBy }: ModelListing): z.output<typeof modelObject> {
  return { id, object: 'model', created, owned_by: ownedBy };
}

const list: Route = {
  method: 'get',
  path: '/v1/models',
  access: 'key',
  scopes: ['inference', 'operator', 'admin'],
  doc: {
    summary: 'Aliases and deployments that a request may name',
    tag: 'openai',
    responses: {
      200: { description: 'Models', schema: z.object({ object: z.literal('list'), data: z.array(modelObject) }) },
    },
  },
  handle: ({ res, ports, principal }) => {
    res.json({ object: 'list', data: ports.models(principal).map(toModelObject) });
  },
};

const one: Route = {
  method: 'get',
  path: '/v1/models/:id',
  access: 'key',
  scopes: ['inference', 'operator', 'admin'],
  doc: {
    summary: 'One model',
    tag: 'openai',
    parameters: [{ name: 'id', in: 'path', description: 'Alias or deployment', schema: z.string() }],
    responses: { 200: { description: 'The model', schema: modelObject } },
  },
  handle: ({ req, res, ports, principal }) => {
    const model = ports.models(principal).find(({ id }) => id === req.params['id']);
    if (!model) {
      throw new GatewayError({
        type: 'model_not_found',
        message: 'There is no such model. GET /v1/models lists those there are.',
        param: 'model',
      });
    }
    res.json(toModelObject(model));
  },
};

/** `GET /v1/models` and `/v1/models/{id}`. */
export const modelRoutes: Route[] = [list, one];
