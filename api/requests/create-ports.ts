import { assertMayName, mayName } from '../../domain/model-permission.ts';
import { privacyDemand } from '../../domain/privacy/content-rules.ts';
import { policiesOf } from '../../domain/route.ts';
import { createIpGate } from '../edge/ip-gate.ts';
import { createRequestLimits } from '../edge/request-limits.ts';
import type { Authenticator } from '../../platform/identity/authenticator.ts';
import { follow } from '../../platform/hub/follow.ts';
import type { DeploymentAdministration } from '../admin/deployments-port.ts';
import type { RateLimiter } from '../../platform/rate-limit/contract.ts';
import { createTenantAdministration } from '../admin/administer-tenants.ts';
import type { AuditAdministration } from '../admin/audit-port.ts';
import type { KeyAdministration } from '../admin/keys-port.ts';
import type { ConfigAdministration } from '../admin/reload-port.ts';
import { createHistoryCodec } from '../codec/history-codec.ts';
import type { OperatorPages } from '../ui/ui-port.ts';
import type { ApiPorts, Readiness } from '../ports.ts';
import { createFeedback } from './give-feedback.ts';
import { createModeration } from './moderate.ts';
import { createUsageReports } from './report-usage.ts';
import { costCapOf } from './plan-chat.ts';
import type { RequestServices } from './services.ts';
import { cancelRequest, retryRequest } from './steer.ts';
import { submitChat } from './submit.ts';
import { createWebhooks } from './webhooks.ts';

/** What the HTTP edge asks of the gateway, answered by the store, the hub and Temporal. */
export function createPorts(
  services: RequestServices,
  options: {
    authenticate: Authenticator;
    keys: KeyAdministration;
    pages: OperatorPages;
    audit: AuditAdministration;
    deployments: DeploymentAdministration;
    config: ConfigAdministration;
    ready: () => Promise<Readiness>;
    startedAt: Date;
    limiter: RateLimiter;
  },
): ApiPorts {
  const { store } = services;
  const created = Math.floor(options.startedAt.getTime() / 1000);
  return {
    ...createIpGate(services.config),
    ...createRequestLimits(services.config, options.limiter),
    ...createWebhooks(services),
    ...createFeedback(services),
    authenticate: ({ shown, ip }) => options.authenticate(shown, ip),
    keys: options.keys,
    audit: options.audit,
    tenants: createTenantAdministration(services),
    codec: createHistoryCodec({ vault: services.store.vault, artifacts: services.artifacts }),
    pages: options.pages,
    models: (principal) => {
      const { aliases, deployments } = services.config();
      return [
        ...[...aliases.keys()].map((id) => ({ id, created, ownedBy: 'holdfast' })),
        ...[...deployments.values()]
          .filter(({ name }) => !aliases.has(name))
          .map(({ name, provider }) => ({ id: name, created, ownedBy: provider.name })),
      ].filter(({ id }) => mayName(principal, id));
    },
    deployments: options.deployments,
    config: options.config,
    explainRoute: (principal, { body, gateway }) => {
      assertMayName(principal, body.model);
      const wish = { tenant: principal.tenant, ...(gateway.policy !== undefined && { policy: gateway.policy }) };
      const privacy = privacyDemand(policiesOf(services.config(), wish));
      return services.router.explain({
        ...wish,
        alias: body.model,
        modality: 'chat',
        body,
        keptInside: privacy !== undefined && services.guards(privacy.policies).keepsInside(body),
        ...(gateway.qos && { qos: gateway.qos }),
        ...costCapOf(gateway),
      });
    },
    ...createModeration(services.config),
    ...createUsageReports(services),
    submit: (principal, request) => submitChat(services, principal, request),
    follow: (args) => follow(services, args),
    record: (tenant, id) => store.requests.get(tenant, id),
    result: (tenant, id) => store.requests.result(tenant, id),
    list: (tenant, listOptions) => store.requests.list(tenant, listOptions),
    cancel: (tenant, id) => cancelRequest(services, tenant, id),
    retry: (tenant, id) => retryRequest(services, tenant, id),
    ready: options.ready,
  };
}
