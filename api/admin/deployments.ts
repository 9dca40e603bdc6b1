import { z } from 'zod';
import { probeCalls } from '../../domain/deployment.ts';
import { GatewayError } from '../../domain/errors.ts';
import { operatorTenant, type Scope } from '../../domain/principal.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';
import { deploymentObject, toDeploymentObject } from './deployment-object.ts';

const path = '/admin/deployments';
const scopes: readonly Scope[] = ['operator', 'admin'];
const nameParameter: ParameterDoc = {
  name: 'name',
  in: 'path',
  description: 'Name of the deployment in the configuration, URL-encoded',
  schema: z.string(),
};

/** Deployments serve all tenants: only who operates the gateway may steer them. */
function steeredBy({ principal, req }: SignedInExchange): string {
  if (principal.tenant !== operatorTenant) {
    throw new GatewayError({
      type: 'permission_denied',
      message: `Deployments are steered by operators of the tenant '${operatorTenant}' only.`,
    });
  }
  const name = req.params['name'];
  return typeof name === 'string' ? name : '';
}

const list: Route = {
  method: 'get',
  path,
  access: 'key',
  scopes,
  doc: {
    summary: 'Live state of each deployment',
    tag: 'operations',
    responses: {
      200: {
        description: 'Deployments in the order of the configuration',
        schema: z.object({ object: z.literal('list'), data: z.array(deploymentObject) }),
      },
    },
  },
  handle: ({ res, ports }) => {
    res.json({ object: 'list', data: ports.deployments.list().map(toDeploymentObject) });
  },
};

function steer(verb: 'drain' | 'undrain', summary: string): Route {
  return {
    method: 'post',
    path: `${path}/:name/${verb}`,
    access: 'key',
    scopes,
    doc: {
      summary,
      tag: 'operations',
      parameters: [nameParameter],
      responses: { 200: { description: 'The deployment as it is now', schema: deploymentObject } },
    },
    handle: async (exchange) => {
      const status = await exchange.ports.deployments.setDrained(steeredBy(exchange), verb === 'drain');
      exchange.res.json(toDeploymentObject(status));
    },
  };
}

const probeQuery = z.strictObject({ call: z.enum(probeCalls).optional() });
const probedObject = z.object({
  deployment: deploymentObject,
  probe: z.object({
    call: z.enum(probeCalls).describe('models: its list of models was asked for; chat: one token was'),
    ok: z.boolean(),
    latency_ms: z.number(),
    saw: z.string(),
  }),
});

const probe: Route = {
  method: 'post',
  path: `${path}/:name/probe`,
  access: 'key',
  scopes,
  doc: {
    summary: 'Calls a deployment once, cheaply, and says what it saw; its breaker learns from it',
    tag: 'operations',
    parameters: [
      nameParameter,
      {
        name: 'call',
        in: 'query',
        description: 'models (free) or chat (one token); by default chat for a local deployment, else models',
        schema: z.enum(probeCalls),
      },
    ],
    responses: { 200: { description: 'What the probe saw, be it good or bad', schema: probedObject } },
  },
  handle: async (exchange) => {
    const query = probeQuery.safeParse(exchange.req.query);
    if (!query.success) throw invalidField(query.error);
    const { status, result } = await exchange.ports.deployments.probe(steeredBy(exchange), query.data.call);
    const { call, ok, latencyMs, saw } = result;
    exchange.res.json({ deployment: toDeploymentObject(status), probe: { call, ok, latency_ms: latencyMs, saw } });
  },
};

/** `/admin/deployments`: what is known of each deployment, and what operators do with it. */
export const deploymentRoutes: Route[] = [
  list,
  steer('drain', 'Takes a deployment out: no new requests go there, those that are there finish'),
  steer('undrain', 'Lets requests go to a drained deployment again'),
  probe,
];
