import {
  defineSearchAttributeKey,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { carry } from '../../activities/carried-body.ts';
import type { GatewayRequestInput, RequestLimits } from '../../activities/contracts.ts';
import { GatewayError } from '../../domain/errors.ts';
import { isTerminal } from '../../domain/request-record.ts';
import { isKnownModel } from '../../domain/route.ts';
import { searchAttributeNames } from '../../domain/search-attributes.ts';
import { taskQueues } from '../../domain/task-queues.ts';
import type { NewChatRequest, Principal } from '../ports.ts';
import { bodyHashOf, requestIdFor } from './request-id.ts';
import type { RequestServices } from './services.ts';

const startTimeoutMs = 10_000;
const aliasKey = defineSearchAttributeKey(searchAttributeNames.alias, 'KEYWORD');
const tenantKey = defineSearchAttributeKey(searchAttributeNames.tenant, 'KEYWORD');

/**
 * Accepts a request: its record first, then its workflow. Repeating both is harmless, so a client whose Idempotency-Key
 * was cut off between them starts what is missing.
 */
export async function submitChat(
  services: RequestServices,
  principal: Principal,
  request: NewChatRequest,
): Promise<{ requestId: string; joined: boolean }> {
  const { model } = request.body;
  if (!isKnownModel(services.config(), model)) {
    throw new GatewayError({
      type: 'model_not_found',
      message: `The model '${model}' does not exist. GET /v1/models lists what can be asked for.`,
      param: 'model',
    });
  }
  const requestId = requestIdFor(principal.tenant, request.idempotencyKey);
  const limits = limitsOf(request);
  const bodyHash =
    request.idempotencyKey === undefined ? '' : bodyHashOf({ body: request.body, gateway: request.gateway });
  await services.admission.enter(requestId, limits.totalTimeoutMs);
  try {
    const {
      created,
      bodyHash: acceptedHash,
      record,
    } = await services.store.requests.accept({
      id: requestId,
      tenant: principal.tenant,
      principal: principal.id,
      modality: 'chat',
      alias: model,
      stream: request.stream,
      bodyHash,
      createdAt: new Date(),
    });
    if (!created && acceptedHash !== bodyHash) throw keyReused();
    if (!created && isTerminal(record.status) && record.runId !== undefined) {
      services.admission.leave(requestId);
      return { requestId, joined: true };
    }
    await start(services, created, {
      requestId,
      tenant: principal.tenant,
      modality: 'chat',
      alias: model,
      stream: request.stream,
      body: await carry(request.body, services.artifacts),
      limits,
      ...(request.gateway.policy !== undefined && { policy: request.gateway.policy }),
      ...(request.gateway.qos && { qos: request.gateway.qos }),
      ...(Object.keys(request.traceHeaders).length > 0 && { traceHeaders: request.traceHeaders }),
    });
    // Whoever began it may have given it up meanwhile; nobody must find it failed now.
    if (!created) await services.store.requests.requeue(requestId);
    return { requestId, joined: !created };
  } catch (error) {
    services.admission.leave(requestId);
    throw error;
  }
}

async function start(
  { temporal, store, namespace, logger }: RequestServices,
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

function keyReused(): GatewayError {
  return new GatewayError({
    type: 'idempotency_key_reused',
    message: 'This Idempotency-Key was used with another body. Send the same body, or choose a new key.',
  });
}
