import type { Deployment, Modality } from './deployment.ts';
import { GatewayError } from './errors.ts';
import type { CascadePolicy, GatewayConfig, Policy } from './gateway-config.ts';
import type { HedgePolicy } from './hedge.ts';
import type { Strategy } from './routing/rank.ts';

/** What a route is asked for. `policy` is the request's own wish; it may only narrow what the tenant's policy allows. */
export interface RouteQuestion {
  tenant: string;
  alias: string;
  modality: Modality;
  policy?: string;
}

/** What the configuration says about a request before anything is known of its content. */
export interface RouteScope {
  /** In the operator's order; never empty. */
  deployments: Deployment[];
  /** The operator's; a deployment named by the request needs none. */
  strategy?: Strategy;
  cascade?: CascadePolicy;
  hedge?: HedgePolicy;
  /** Some policy that applies keeps the traffic inside. */
  localOnly: boolean;
}

/**
 * Which deployments the request means, and what its policies ask for.
 * @throws GatewayError `model_not_found` for a name that is neither alias nor deployment, `invalid_request` for an
 *   unknown policy.
 */
export function routeScope(config: GatewayConfig, question: RouteQuestion): RouteScope {
  const alias = config.aliases.get(question.alias);
  const names = alias?.deployments ?? [question.alias];
  const deployments = names.flatMap((name) => config.deployments.get(name) ?? []);
  if (deployments.length === 0) {
    throw new GatewayError({
      type: 'model_not_found',
      message: `The model '${question.alias}' does not exist. GET /v1/models lists what can be asked for.`,
      param: 'model',
    });
  }
  const policies = policiesOf(config, question);
  return {
    deployments,
    ...(alias?.strategy && { strategy: alias.strategy }),
    ...(alias?.cascade && { cascade: alias.cascade }),
    ...(alias?.hedge && { hedge: alias.hedge }),
    localOnly: policies.some((policy) => policy.localOnly),
  };
}

/**
 * The tenant's policy, and the request's own where it asks for one.
 * @throws GatewayError `invalid_request` for an unknown policy.
 */
export function policiesOf(config: GatewayConfig, question: Pick<RouteQuestion, 'tenant' | 'policy'>): Policy[] {
  const tenantPolicy = config.tenants.get(question.tenant)?.policy ?? 'default';
  const names = new Set(question.policy === undefined ? [tenantPolicy] : [tenantPolicy, question.policy]);
  return [...names].map((name) => {
    const policy = config.policies.get(name);
    if (policy) return policy;
    throw new GatewayError({ type: 'invalid_request', message: `Unknown policy '${name}'.`, param: 'gateway.policy' });
  });
}
