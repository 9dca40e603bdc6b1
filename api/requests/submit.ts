import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { carry } from '../../activities/carried-body.ts';
import type { GatewayRequestInput, RequestLimits } from '../../activities/contracts.ts';
import type { CacheUse } from '../../domain/cache/cache-options.ts';
import { cacheUse, type CacheWish } from '../../domain/cache/cache-use.ts';
import type { ChatCompletionRequest } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import { assertMayName } from '../../domain/model-permission.ts';
import { privacyDemand } from '../../domain/privacy/content-rules.ts';
import { isTerminal } from '../../domain/request-record.ts';
import { policiesOf, type RouteQuestion, routeScope } from '../../domain/route.ts';
import { requestFeatures } from '../../domain/routing/request-features.ts';
import { searchAttributeNames } from '../../domain/search-attributes.ts';
import { taskQueues } from '../../domain/task-queues.ts';
import { tenantShare } from '../../domain/tenant-share.ts';
import type { AcceptedRequest } from '../../platform/store/contract.ts';
import { taskPriority } from '../../platform/temporal/task-priority.ts';
import { checkImages, keepImagesInside } from '../edge/request-images.ts';
import type { NewChatRequest, Principal } from '../ports.ts';
import { bodyHashOf, requestIdFor } from './request-id.ts';
import { giveBack, type Reservation, reserveBudget } from './reserve.ts';
import type { RequestServices } from './services.ts';
import { assertWebhookUrl } from './webhooks.ts';

const startTimeoutMs = 10_000;
const aliasKey = defineSearchAttributeKey(searchAttributeNames.alias, 'KEYWORD');
const tenantKey = defineSearchAttributeKey(searchAttributeNames.tenant, 'KEYWORD');

/**
 * Accepts a request: how it is routed, what it may cost, then its record, then its workflow. Repeating all of them is
 * harmless, so a client whose Idempotency-Key was cut off between them starts what is missing. A request that is refused
 * leaves nothing.
 */
export async function submitChat(
  services: RequestServices,
  principal: Principal,
  request: NewChatRequest,
): Promise<{ requestId: string; joined: boolean }> {
  const { model } = request.body;
  const { tenant } = principal;
  assertMayName(principal, model);
  checkImages(request.body, services.config().edge);
  const requestId = requestIdFor(tenant, request.idempotencyKey);
  const keyed = request.idempotencyKey !== undefined;
  const bodyHash = keyed ? bodyHashOf({ body: request.body, gateway: request.gateway }) : '';
  const known = keyed ? await services.store.requests.accepted(tenant, requestId) : undefined;
  if (known && isSame(known, bodyHash)) return { requestId, joined: true };

  const { webhookUrl } = request.gateway;
  if (webhookUrl !== undefined) await assertWebhookUrl(services, webhookUrl);
  const limits = limitsOf(request);
  const wishes = {
    ...(request.gateway.policy !== undefined && { policy: request.gateway.policy }),
    ...(request.gateway.qos && { qos: request.gateway.qos }),
  };
  const question = { tenant, alias: model, modality: 'chat' as const, body: request.body, ...wishes };
  keepImagesInside(request.body, () => routeScope(services.config(), question).localOnly);
  let reserved: Reservation | undefined;
  const share = tenantShare(services.config(), tenant);
  const tokens = expectedTokens(request.body);
  await services.admission.enter(requestId, { ...share, tokens, atMostMs: limits.totalTimeoutMs });
  try {
    const route = services.router.decide(requestId, question);
    const { totalTimeoutMs: timeoutMs } = limits;
    reserved = await reserveBudget(services, principal, { requestId, body: request.body, route, timeoutMs });
    const bodyText = JSON.stringify(request.body);
    const { created, ...accepted } = await services.store.requests.accept({
      id: requestId,
      tenant,
      principal: principal.id,
      modality: 'chat',
      alias: model,
      stream: request.stream,
      bodyHash,
      route,
      ...endUserOf(request),
      origin: {
        ip: principal.ip ?? '',
        policy: policiesOf(services.config(), question)
          .map(({ name }) => name)
          .join('+'),
        body: bodyText,
      },
      createdAt: new Date(),
    });
    if (!created && isSame(accepted, bodyHash)) {
      await giveBack(services, requestId, reserved);
      if (isTerminal(accepted.record.status)) services.admission.leave(requestId);
      return { requestId, joined: true };
    }
    const privacy = privacyDemand(policiesOf(services.config(), { tenant, ...wishes }));
    const cache = cacheOf(services.config(), question, request.gateway.cache);
    if (webhookUrl !== undefined) await services.store.webhooks.ask(requestId, webhookUrl);
    await start(services, created, {
      requestId,
      tenant,
      modality: 'chat',
      alias: model,
      stream: request.stream,
      body: await carry(request.body, requestId, services.artifacts, bodyText),
      deployments: route.order,
      ...(route.cascade && { cascade: route.cascade }),
      ...(route.hedge && { hedge: route.hedge }),
      limits: { ...limits, ...(reserved && { reservedMicroUsd: reserved.amountMicroUsd }) },
      ...(privacy && { privacy }),
      ...(cache && { cache }),
      ...wishes,
      ...(webhookUrl !== undefined && { webhook: true }),
      ...(Object.keys(request.traceHeaders).length > 0 && { traceHeaders: request.traceHeaders }),
    });
    // Whoever began it may have given it up meanwhile; nobody must find it failed now.
    if (!created) await services.store.requests.requeue(requestId);
    return { requestId, joined: !created };
  } catch (error) {
    services.admission.leave(requestId);
    await giveBack(services, requestId, reserved);
    throw error;
  }
}

async function start(
  { config, temporal, store, namespace, logger }: RequestServices,
  created: boolean,
  input: GatewayRequestInput,
): Promise<void> {
  try {
    await temporal.native.withDeadline(Date.now() + startTimeoutMs, () =>
      temporal.starter.workflow.start('gatewayRequest', {
        taskQueue: taskQueues.gateway,
        workflowId: input.requestId,
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        requestEagerStart: true,
        workflowTaskTimeout: '10s',
        priority: taskPriority(tenantShare(config(), input.tenant)),
        staticSummary: `${input.modality} ${input.alias}`,
        typedSearchAttributes: new TypedSearchAttributes([
          { key: aliasKey, value: input.alias },
          { key: tenantKey, value: input.tenant },
        ]),
        args: [input],
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return;
    const info = {
      type: 'not_ready',
      message: `The request could not be made durable (Temporal namespace '${namespace}'); nothing was done. Try again.`,
      retryAfterMs: 2_000,
    } as const;
    const cause = error instanceof Error ? (error.cause ?? error) : undefined;
    const reason = cause instanceof Error ? cause.message : 'unknown';
    logger.warn({ requestId: input.requestId, reason }, 'the workflow could not be started');
    if (created) await store.requests.abandon(input.requestId, info, new Date());
    throw new GatewayError(info, { cause: error });
  }
}

function cacheOf(config: GatewayConfig, question: RouteQuestion, wish: CacheWish | undefined): CacheUse | undefined {
  const { deployments } = routeScope(config, question);
  return cacheUse(config.cache, wish, { deployments, policies: policiesOf(config, question) });
}

/** Content of a request that names its end user is kept under that user's own key, and can be erased with it. */
function endUserOf({ body: { user } }: NewChatRequest): { endUser?: string } {
  return typeof user === 'string' && user !== '' ? { endUser: user } : {};
}

/** Of prompt and answer, estimated. */
function expectedTokens(body: ChatCompletionRequest): number {
  const { inputTokens, outputTokens, choices } = requestFeatures(body);
  return inputTokens + outputTokens * choices;
}

/** A client that waits is told sooner than one that comes back for its answer. */
function limitsOf({ gateway, respondAsync }: NewChatRequest): RequestLimits {
  return {
    totalTimeoutMs: gateway.timeoutMs ?? (respondAsync ? 3_600_000 : 600_000),
    tryTimeoutMs: 300_000,
    firstTokenTimeoutMs: 60_000,
    maxAttempts: 8,
    maxWaitMs: respondAsync ? 300_000 : 15_000,
    ...(gateway.maxCostUsd !== undefined && { maxCostMicroUsd: Math.floor(gateway.maxCostUsd * 1e6) }),
  };
}

/**
 * True where the request that stands under this id is on its way already; false where its workflow may be missing.
 * @throws GatewayError `idempotency_key_reused`.
 */
function isSame({ bodyHash, record }: AcceptedRequest, wanted: string): boolean {
  if (bodyHash !== wanted) throw keyReused();
  return record.runId !== undefined;
}

function keyReused(): GatewayError {
  return new GatewayError({
    type: 'idempotency_key_reused',
    message: 'This Idempotency-Key was used with another body. Send the same body, or choose a new key.',
  });
}
