import { z } from 'zod';
import { gatewayErrors, type GatewayErrorType } from '../../domain/errors.ts';
import type { DeploymentStatus } from './deployments-port.ts';

const unixMs = z.int().describe('Unix time in milliseconds');
const spread = z.object({ mean: z.number(), tail: z.number().describe('What one call in twenty is worse than') });
const quota = z.object({ remaining: z.number(), reset_at: unixMs });
const errorTypes = Object.keys(gatewayErrors) as GatewayErrorType[];

/** A deployment and its live state, as operators see it. */
export const deploymentObject = z.object({
  name: z.string(),
  provider: z.string(),
  model: z.string(),
  local: z.boolean(),
  drained: z.boolean().describe('An operator took it out: no new requests go there'),
  breaker: z
    .enum(['closed', 'open', 'half_open'])
    .describe('open: no calls go there while others can take them; half_open: one call finds out, then a part goes'),
  breaker_reason: z.enum(['failing', 'slow', 'key_refused']).nullable(),
  breaker_open_until: unixMs.nullable(),
  traffic_share: z.number().describe('Part of its usual traffic that goes there, 0 to 1: grows while it recovers'),
  rate_limited_until: unixMs.nullable(),
  quota: z
    .object({ requests: quota.nullable(), tokens: quota.nullable() })
    .describe("What the provider's headers say is left of its limits"),
  error_rate: z.number().describe('Share of recent calls that failed, 0 to 1'),
  errors: z
    .array(z.object({ type: z.enum(errorTypes), count: z.int(), last_at: unixMs }))
    .describe('Failures by kind, the latest first, since the deployment is known'),
  in_flight: z.int(),
  calls_last_minute: z.int(),
  first_token_ms: spread.nullable(),
  tokens_per_second: spread.nullable(),
});

export function toDeploymentObject(status: DeploymentStatus): z.output<typeof deploymentObject> {
  const { name, provider, model, local, live, errors } = status;
  const { breaker } = live;
  const open = breaker.state === 'open' ? breaker : undefined;
  return {
    name,
    provider,
    model,
    local,
    drained: live.drained,
    breaker: breaker.state === 'recovering' ? 'half_open' : breaker.state,
    breaker_reason: open?.reason ?? null,
    breaker_open_until: open?.untilMs ?? null,
    traffic_share: live.drained ? 0 : shareOf(breaker),
    rate_limited_until: live.rateLimitedUntilMs ?? null,
    quota: { requests: quotaObject(live.quota?.requests), tokens: quotaObject(live.quota?.tokens) },
    error_rate: live.errorRate,
    errors: errorTypes
      .flatMap((type) => (errors[type] ? [{ type, count: errors[type].count, last_at: errors[type].lastAtMs }] : []))
      .toSorted((a, b) => b.last_at - a.last_at),
    in_flight: live.inFlight,
    calls_last_minute: live.callsLastMinute,
    first_token_ms: live.firstTokenMs ?? null,
    tokens_per_second: live.tokensPerSecond ?? null,
  };
}

function shareOf(breaker: DeploymentStatus['live']['breaker']): number {
  if (breaker.state === 'recovering') return breaker.share;
  return breaker.state === 'closed' ? 1 : 0;
}

function quotaObject(left: { remaining: number; resetAtMs: number } | undefined) {
  return left ? { remaining: Math.max(0, left.remaining), reset_at: left.resetAtMs } : null;
}
