import { z } from 'zod';
import type { Route } from '../http/exchange.ts';
import type { DeploymentStatus } from '../ports.ts';

const unixMs = z.int().describe('Unix time in milliseconds');
const spread = z.object({ mean: z.number(), tail: z.number().describe('What one call in twenty is worse than') });

const deploymentObject = z.object({
  name: z.string(),
  provider: z.string(),
  model: z.string(),
  local: z.boolean(),
  breaker: z
    .enum(['closed', 'open', 'half_open'])
    .describe('open: no calls go there while others can take them; half_open: one call finds out'),
  breaker_reason: z.enum(['failing', 'key_refused']).nullable(),
  breaker_open_until: unixMs.nullable(),
  rate_limited_until: unixMs.nullable(),
  error_rate: z.number().describe('Share of recent calls that failed, 0 to 1'),
  in_flight: z.int(),
  calls_last_minute: z.int(),
  first_token_ms: spread.nullable(),
  tokens_per_second: spread.nullable(),
});

function toDeploymentObject(status: DeploymentStatus): z.output<typeof deploymentObject> {
  const { name, provider, model, local, live } = status;
  const { breaker } = live;
  const open = breaker.state === 'open' ? breaker : undefined;
  return {
    name,
    provider,
    model,
    local,
    breaker: breaker.state,
    breaker_reason: open ? (open.refusedKey ? 'key_refused' : 'failing') : null,
    breaker_open_until: open?.untilMs ?? null,
    rate_limited_until: live.rateLimitedUntilMs ?? null,
    error_rate: live.errorRate,
    in_flight: live.inFlight,
    calls_last_minute: live.callsLastMinute,
    first_token_ms: live.firstTokenMs ?? null,
    tokens_per_second: live.tokensPerSecond ?? null,
  };
}

/** `GET /admin/deployments`: what this process has seen of each deployment. */
export const adminDeploymentsRoute: Route = {
  method: 'get',
  path: '/admin/deployments',
  access: 'key',
  scopes: ['operator', 'admin'],
  doc: {
    summary: 'Live state of each deployment, as the answering process sees it',
    tag: 'operations',
    responses: {
      200: {
        description: 'Deployments in the order of the configuration',
        schema: z.object({ object: z.literal('list'), data: z.array(deploymentObject) }),
      },
    },
  },
  handle: ({ res, ports }) => {
    res.json({ object: 'list', data: ports.deployments().map(toDeploymentObject) });
  },
};
