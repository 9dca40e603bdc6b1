import { z } from 'zod';
import type { Route } from '../http/exchange.ts';

const failingParts = z.object({
  status: z.literal('not_ready'),
  failing: z.array(z.object({ part: z.string(), message: z.string() })),
});

/** `GET /healthz`: the process lives. */
const health: Route = {
  method: 'get',
  path: '/healthz',
  access: 'open',
  doc: {
    summary: '200 while the process lives',
    tag: 'operations',
    responses: { 200: { description: 'Alive', schema: z.object({ status: z.literal('ok') }) } },
  },
  handle: ({ res }) => {
    res.json({ status: 'ok' });
  },
};

/** `GET /readyz`: requests would be accepted now; otherwise 503 with the failing part. */
function readiness(draining: () => boolean): Route {
  return {
    method: 'get',
    path: '/readyz',
    access: 'open',
    doc: {
      summary: '200 only when requests would be accepted',
      tag: 'operations',
      responses: {
        200: { description: 'Ready', schema: z.object({ status: z.literal('ready') }) },
        503: { description: 'Not ready, with the failing part', schema: failingParts },
      },
    },
    handle: async ({ res, ports }) => {
      if (draining()) {
        res.status(503).json({ status: 'not_ready', failing: [{ part: 'gateway', message: 'It is shutting down.' }] });
        return;
      }
      const state = await ports.ready();
      if (state.ok) res.json({ status: 'ready' });
      else res.status(503).json({ status: 'not_ready', failing: state.failing });
    },
  };
}

export function healthRoutes(draining: () => boolean): Route[] {
  return [health, readiness(draining)];
}
