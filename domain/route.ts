import type { Deployment, Modality } from './deployment.ts';
import { GatewayError } from './errors.ts';
import type { GatewayConfig, Policy } from './gateway-config.ts';

/** What a route is asked for. `policy` is the request's own wish; it may only narrow what the tenant's policy allows. */
export interface RouteQuestion {
  tenant: string;
  alias: string;
  modality: Modality;
  policy?: string;
}

/** True where `name` is an alias or a deployment of this configuration. */
export function isKnownModel(config: GatewayConfig, name: string): boolean {
  return config.aliases.has(name) || config.deployments.has(name);
}

/**
 * The deployments that may take a request, in the order to try them.
 * @throws GatewayError `model_not_found` for a name that is neither alias nor deployment, `no_deployment` where the
 *   policy or modality leaves none.
 */
export function routeOrdered(config: GatewayConfig, question: RouteQuestion): Deployment[] {
  const names = config.aliases.get(question.alias)?.deployments ?? [question.alias];
  const named = names.flatMap((name) => config.deployments.get(name) ?? []);
  if (named.length === 0) {
    throw new GatewayError({
      type: 'model_not_found',
      message: `The model '${question.alias}' does not exist. GET /v1/models lists what can be asked for.`,
      param: 'model',
    });
  }
  const policies = policiesOf(config, question);
  const broken = policies.find((policy) => policy.unavailable !== undefined);
  if (broken) {
    throw new GatewayError({
      type: 'permission_denied',
      message: `The policy '${broken.name}' asks for ${broken.unavailable}, which this version cannot do; nothing was sent.`,
    });
  }
  const fitting = named.filter((deployment) => deployment.modalities.includes(question.modality));
  const allowed = fitting.filter((deployment) => policies.every((policy) => permits(policy, deployment)));
  if (allowed.length > 0) return allowed;
  throw new GatewayError({
    type: 'no_deployment',
    message:
      fitting.length === 0
        ? `No deployment of '${question.alias}' answers ${question.modality} requests.`
        : `The policy '${policies.map((policy) => policy.name).join(', ')}' allows no deployment of '${question.alias}': ` +
          'it keeps traffic on local providers. Add one with `local: true` to the configuration.',
  });
}

function policiesOf(config: GatewayConfig, question: RouteQuestion): Policy[] {
  const tenantPolicy = config.tenants.get(question.tenant)?.policy ?? 'default';
  const names = new Set(question.policy === undefined ? [tenantPolicy] : [tenantPolicy, question.policy]);
  return [...names].map((name) => {
    const policy = config.policies.get(name);
    if (policy) return policy;
    throw new GatewayError({ type: 'invalid_request', message: `Unknown policy '${name}'.`, param: 'gateway.policy' });
  });
}

function permits(policy: Policy, deployment: Deployment): boolean {
  return !policy.localOnly || deployment.provider.local;
}
