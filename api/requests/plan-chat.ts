import type { RequestLimits } from '../../activities/contracts.ts';
import type { CacheUse } from '../../domain/cache/cache-options.ts';
import { cacheUse } from '../../domain/cache/cache-use.ts';
import { type PrivacyDemand, privacyDemand } from '../../domain/privacy/content-rules.ts';
import { policiesOf, type RouteQuestion, routeScope } from '../../domain/route.ts';
import { requestFeatures } from '../../domain/routing/request-features.ts';
import { tenantShare } from '../../domain/tenant-share.ts';
import { checkImages, keepImagesInside } from '../edge/request-images.ts';
import type { NewChatRequest, QualityOfService } from '../ports.ts';
import type { Entrance } from './admission.ts';
import type { RequestServices } from './services.ts';
import { assertWebhookUrl } from './webhooks.ts';

/** What the configuration says about a request, before it costs a place, money or a record. */
export interface ChatPlan {
  question: RouteQuestion & {
    modality: 'chat';
    body: NewChatRequest['body'];
    qos?: QualityOfService;
    maxCostMicroUsd?: number;
  };
  /** Names of the policies it obeys. */
  policies: string[];
  limits: RequestLimits;
  entrance: Entrance;
  /** Absent where the policies ask for nothing. */
  privacy?: PrivacyDemand;
  /** Absent where no answer is kept. */
  cache?: CacheUse;
}

/** @throws GatewayError where the request cannot be taken whatever the gateway's state is. */
export async function planChat(services: RequestServices, tenant: string, request: NewChatRequest): Promise<ChatPlan> {
  const { body, gateway } = request;
  const config = services.config();
  const question = {
    tenant,
    alias: body.model,
    modality: 'chat' as const,
    body,
    ...(gateway.policy !== undefined && { policy: gateway.policy }),
    ...(gateway.qos && { qos: gateway.qos }),
    ...costCapOf(gateway),
  };
  const scope = routeScope(config, question);
  const policies = policiesOf(config, question);
  checkImages(body, config.edge);
  keepImagesInside(body, () => scope.localOnly);
  if (gateway.webhookUrl !== undefined) await assertWebhookUrl(services, gateway.webhookUrl);
  const limits = limitsOf(request);
  const privacy = privacyDemand(policies);
  const cache = cacheUse(config.cache, gateway.cache, { deployments: scope.deployments, policies });
  return {
    question,
    policies: policies.map(({ name }) => name),
    limits,
    entrance: { ...tenantShare(config, tenant), tokens: expectedTokens(body), atMostMs: limits.totalTimeoutMs },
    ...(privacy && { privacy }),
    ...(cache && { cache }),
  };
}

/** Of prompt and answer, estimated. */
function expectedTokens(body: NewChatRequest['body']): number {
  const { inputTokens, outputTokens, choices } = requestFeatures(body);
  return inputTokens + outputTokens * choices;
}

/** The cap that the request sets itself, rounded down. */
export function costCapOf({ maxCostUsd }: NewChatRequest['gateway']): { maxCostMicroUsd?: number } {
  return maxCostUsd === undefined ? {} : { maxCostMicroUsd: Math.floor(maxCostUsd * 1_000_000) };
}

/** A client that waits is told sooner than one that comes back for its answer. */
function limitsOf({ gateway, respondAsync }: NewChatRequest): RequestLimits {
  return {
    totalTimeoutMs: gateway.timeoutMs ?? (respondAsync ? 3_600_000 : 600_000),
    tryTimeoutMs: 300_000,
    firstTokenTimeoutMs: 60_000,
    maxAttempts: 8,
    maxWaitMs: respondAsync ? 300_000 : 15_000,
    ...costCapOf(gateway),
  };
}
