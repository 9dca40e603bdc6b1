import { z } from 'zod';
import type { Route } from '../http/exchange.ts';
import { invalidField } from '../http/zod-issue.ts';
import { idParameter, ownerScopes, requestIdOf } from './requests.ts';

const feedbackBody = z
  .strictObject({
    score: z.number().min(0).max(1).describe('0: useless, 1: nothing to improve').exactOptional(),
    rating: z.enum(['up', 'down']).describe('In place of a score: up is 1, down is 0').exactOptional(),
    comment: z.string().max(4_000).exactOptional(),
  })
  .refine(({ score, rating }) => (score === undefined) !== (rating === undefined), {
    error: 'must hold either score or rating',
  });

/** `POST /v1/requests/{id}/feedback`: how good the answer was. Repeating it is harmless, and the last word counts. */
export const feedbackRoute: Route = {
  method: 'post',
  path: '/v1/requests/:id/feedback',
  access: 'key',
  scopes: ownerScopes,
  doc: {
    summary: 'Says how good the answer of a request was, for the routing to learn from',
    tag: 'gateway',
    parameters: [idParameter],
    body: feedbackBody,
    responses: {
      200: {
        description: 'What counts now',
        schema: z.object({ object: z.literal('gateway.feedback'), request_id: z.string(), score: z.number() }),
      },
    },
  },
  handle: async (exchange) => {
    const { req, res, ports, principal } = exchange;
    const requestId = requestIdOf(exchange);
    const parsed = feedbackBody.safeParse(await exchange.readJsonBody(req, res));
    if (!parsed.success) throw invalidField(parsed.error);
    const { score = parsed.data.rating === 'up' ? 1 : 0, comment } = parsed.data;
    await ports.giveFeedback(principal.tenant, requestId, { score, ...(comment !== undefined && { comment }) });
    res.json({ object: 'gateway.feedback', request_id: requestId, score });
  },
};
