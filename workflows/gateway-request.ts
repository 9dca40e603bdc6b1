import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type {
  CallModelInput,
  FailureDetail,
  GatewayActivities,
  GatewayRequestInput,
  ModelAnswer,
  RequestOutcome,
} from '../activities/contracts.ts';
import { type FailedTry, nextTry } from '../domain/failover.ts';
import { type GatewayErrorInfo, isGatewayErrorType } from '../domain/errors.ts';
import { searchAttributeNames } from '../domain/search-attributes.ts';

const outcomeKey = defineSearchAttributeKey(searchAttributeNames.outcome, 'KEYWORD');
const deploymentKey = defineSearchAttributeKey(searchAttributeNames.deployment, 'KEYWORD');

/** One accepted request, from its first call to its one settlement. Its id is the request's id. */
export async function gatewayRequest(input: GatewayRequestInput): Promise<RequestOutcome> {
  const deadlineMs = Date.now() + input.limits.totalTimeoutMs;
  try {
    const deployments = input.deployments ?? (await routeLate(input));
    const { answer, attempt } = await callWithFailover(input, deployments, deadlineMs);
    const answeredBy = { deployment: answer.deployment, attempt };
    await settle(input, { status: 'completed', answeredBy });
    return { status: 'completed', ...answeredBy };
  } catch (error) {
    const info = errorInfoOf(error);
    const status = info.type === 'cancelled' ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => settle(input, { status, error: info }));
    if (status === 'cancelled') throw new CancelledFailure(info.message);
    throw ApplicationFailure.nonRetryable(info.message, info.type, info);
  }
}

/** v0.1 accepted requests before it had routed them. */
async function routeLate(input: GatewayRequestInput): Promise<string[]> {
  const { deployments } = await quickStep(`route ${input.alias}`).route(input);
  return deployments;
}

/** Tries deployments in the order `nextTry` decides, until one answers. */
async function callWithFailover(
  input: GatewayRequestInput,
  deployments: string[],
  deadlineMs: number,
): Promise<{ answer: ModelAnswer; attempt: number }> {
  const failures: FailedTry[] = [];
  let spentMicroUsd = 0;
  for (;;) {
    const next = nextTry(deployments, failures, { ...input.limits, deadlineMs }, Date.now());
    if (next.kind === 'give_up') throw ApplicationFailure.nonRetryable(next.error.message, next.error.type, next.error);
    if (next.kind === 'wait') await sleep(next.waitMs);
    const attempt = failures.length + 1;
    try {
      const answer = await callModel({
        ...callOf(input, deadlineMs, spentMicroUsd),
        attempt,
        deployment: next.deployment,
      });
      return { answer, attempt };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const detail = errorInfoOf(error);
      spentMicroUsd += detail.costMicroUsd;
      failures.push({ deployment: next.deployment, error: detail, failedAtMs: Date.now() });
    }
  }
}

function callOf(input: GatewayRequestInput, deadlineMs: number, spentMicroUsd: number) {
  const { requestId, tenant, alias, stream, body, limits, traceHeaders } = input;
  return {
    requestId,
    tenant,
    stream,
    concludes: { alias },
    body,
    deadlineMs,
    tryTimeoutMs: limits.tryTimeoutMs,
    firstTokenTimeoutMs: limits.firstTokenTimeoutMs,
    ...(limits.maxCostMicroUsd !== undefined && { costCapMicroUsd: limits.maxCostMicroUsd - spentMicroUsd }),
    ...(traceHeaders && { traceHeaders }),
  };
}

/**
 * The first try starts as a local activity, which costs the fewest writes; one that takes long, and every later try, is
 * a regular activity, which operators can watch, pause and reset (docs/adr/0001).
 */
async function callModel(call: CallModelInput): Promise<ModelAnswer> {
  const summary = `call ${call.deployment}`;
  if (call.attempt === 1) {
    const quick = await quickStep(summary).callModel(call);
    if (quick.kind === 'answered') return quick.answer;
  }
  const watched = proxyActivities<GatewayActivities>({
    summary: `${summary} · attempt ${call.attempt}`,
    startToCloseTimeout: call.tryTimeoutMs + 10_000,
    scheduleToCloseTimeout: Math.max(1, call.deadlineMs - Date.now()) + 60_000,
    heartbeatTimeout: '8s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', maximumInterval: '5s' },
  });
  const result = await watched.callModel(call);
  if (result.kind === 'answered') return result.answer;
  throw ApplicationFailure.nonRetryable('a regular activity cannot hand a call over', 'internal_error');
}

async function settle(
  input: GatewayRequestInput,
  end: Pick<Parameters<GatewayActivities['settle']>[0], 'status' | 'answeredBy' | 'error'>,
): Promise<void> {
  const { requestId, tenant, alias, traceHeaders } = input;
  await quickStep(`settle ${end.status}`).settle({
    requestId,
    tenant,
    alias,
    ...end,
    ...(traceHeaders && { traceHeaders }),
  });
  upsertSearchAttributes([
    { key: outcomeKey, value: end.error?.type ?? end.status },
    ...(end.answeredBy ? [{ key: deploymentKey, value: end.answeredBy.deployment }] : []),
  ]);
}

/** A step of the gateway's own, run in the worker that holds the workflow; only its infrastructure can make it fail. */
function quickStep(summary: string) {
  return proxyLocalActivities<GatewayActivities>({
    summary,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '10m',
    retry: { initialInterval: '200ms', maximumInterval: '5s' },
  });
}

/** The member of the closed error union that a failure stands for, and what the failed step cost. */
function errorInfoOf(error: unknown): FailureDetail {
  if (isCancellation(error)) {
    return { type: 'cancelled', message: 'The request was cancelled.', costMicroUsd: 0 };
  }
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && isGatewayErrorType(cause.type)) {
    const detail = cause.details?.[0] as Partial<FailureDetail> | undefined;
    return { costMicroUsd: 0, message: cause.message, ...detail, type: cause.type };
  }
  const timedOut: GatewayErrorInfo = {
    type: 'internal_error',
    message: 'A step of the request failed; see its workflow.',
  };
  return { ...timedOut, costMicroUsd: 0 };
}
