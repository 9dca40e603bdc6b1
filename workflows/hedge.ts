import type { CallModelInput, GatewayRequestInput } from '../activities/contracts.ts';
import { secondFor } from '../domain/hedge.ts';

/** The call, with who is called second where its answer is late, if its request is hedged and has an attempt left. */
export function withHedge(
  call: CallModelInput,
  { hedge: plan, alias }: GatewayRequestInput,
  { tried, allowed, callsLeft }: { tried: readonly string[]; allowed: readonly string[]; callsLeft: number },
): CallModelInput {
  const second = plan && callsLeft > 1 ? secondFor(plan, call.deployment, tried, allowed) : undefined;
  if (!plan || second === undefined) return call;
  const { deployments: _candidates, ...policy } = plan;
  return { ...call, hedge: { ...policy, deployment: second, alias } };
}
