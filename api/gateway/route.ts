import type { Route } from '../http/exchange.ts';
import { chatRequestBody } from '../openai/chat-request-schema.ts';
import { parseChatRequest, qosHeader } from '../openai/chat-request.ts';
import { routeObject, toRouteObject } from './route-object.ts';

/** `POST /v1/route`: what would be done with a chat request, without doing it. */
export const explainRoute: Route = {
  method: 'post',
  path: '/v1/route',
  access: 'key',
  scopes: ['inference', 'operator', 'admin'],
  doc: {
    summary: 'Deployments a chat request would try, with predicted latency, cost and quality; no model is called',
    tag: 'gateway',
    parameters: [qosHeader],
    body: chatRequestBody,
    responses: { 200: { description: 'The ranking and every exclusion with its reason', schema: routeObject } },
  },
  handle: async ({ req, res, ports, principal, readJsonBody }) => {
    const request = parseChatRequest(await readJsonBody(req, res), req.headers);
    res.json(toRouteObject(ports.explainRoute(principal, request)));
  },
};
