import { z } from 'zod';
import type { Route } from '../http/exchange.ts';
import { idParameter, ownerScopes, requestIdOf } from './requests.ts';
import type { Webhook } from './webhooks-port.ts';

const webhookObject = z.object({
  object: z.literal('gateway.webhook'),
  request_id: z.string(),
  url: z.string(),
  deliveries: z.array(
    z.object({
      webhook_id: z.string().describe('What the receiver gets as webhook-id'),
      attempted_at: z.int().describe('Unix time in seconds'),
      outcome: z.enum(['delivered', 'failed', 'refused']),
      status: z.int().nullable().describe("The receiver's answer"),
      error_type: z.string().nullable().describe('Why there was no answer'),
      latency_ms: z.int(),
    }),
  ),
});

function toWebhookObject({ requestId, url, deliveries }: Webhook): z.output<typeof webhookObject> {
  return {
    object: 'gateway.webhook',
    request_id: requestId,
    url,
    deliveries: deliveries.map((delivery) => ({
      webhook_id: delivery.webhookId,
      attempted_at: Math.floor(delivery.attemptedAt.getTime() / 1000),
      outcome: delivery.outcome,
      status: delivery.status ?? null,
      error_type: delivery.error ?? null,
      latency_ms: delivery.latencyMs,
    })),
  };
}

const show: Route = {
  method: 'get',
  path: '/v1/requests/:id/webhook',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'Where the end of a request is told, and each try to tell it',
    tag: 'gateway',
    parameters: [idParameter],
    responses: { 200: { description: 'The webhook', schema: webhookObject } },
  },
  handle: async (exchange) => {
    const { ports, principal, res } = exchange;
    res.json(toWebhookObject(await ports.webhooks.of(principal.tenant, requestIdOf(exchange))));
  },
};

const replay: Route = {
  method: 'post',
  path: '/v1/requests/:id/webhook',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'Tells the end of a request once more, under the same webhook-id',
    tag: 'gateway',
    parameters: [idParameter],
    responses: { 202: { description: 'The webhook as it is now', schema: webhookObject } },
  },
  handle: async (exchange) => {
    const { ports, principal, res } = exchange;
    res.status(202).json(toWebhookObject(await ports.webhooks.replay(principal.tenant, requestIdOf(exchange))));
  },
};

/** `/v1/requests/{id}/webhook`. */
export const webhookRoutes: Route[] = [show, replay];
