import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type {
  GatewayRequestInput,
  ModelAnswer,
  Recalled,
  RequestOutcome,
  SettleInput,
} from '../activities/contracts.ts';
import type { CacheUse } from '../domain/cache/cache-options.ts';
import { within } from '../domain/cascade/plan.ts';
import { type FailedTry, nextTry } from '../domain/failover.ts';
import type { PrivacyDemand } from '../domain/privacy/content-rules.ts';
import { searchAttributeNames } from '../domain/search-attributes.ts';
import { callRung } from './cascade.ts';
import { startDelivery } from './deliver-webhook.ts';
import { withHedge } from './hedge.ts';
import { callModel, errorInfoOf, quickStep } from './steps.ts';

const outcomeKey = defineSearchAttributeKey(searchAttributeNames.outcome, 'KEYWORD');
const deploymentKey = defineSearchAttributeKey(searchAttributeNames.deployment, 'KEYWORD');

/** One accepted request, from its first call to its one settlement. Its id is the request's id. */
export async function gatewayRequest(input: GatewayRequestInput): Promise<RequestOutcome> {
  const deadlineMs = Date.now() + input.limits.totalTimeoutMs;
  try {
    const recalled = input.cache && (await recall(input, input.cache));
    if (recalled) {
      await settle(input, { status: 'completed', answeredBy: recalled });
      return { status: 'completed', ...recalled };
    }
    const deployments = input.deployments ?? (await routeLate(input));
    const sent = input.privacy?.redacts ? await redact(input, input.privacy, deployments) : { ...input, deployments };
    const { answer, attempt } = await callWithFailover(sent, sent.deployments, deadlineMs);
    const answeredBy = { deployment: answer.deployment, attempt };
    await settle(input, { status: 'completed', answeredBy, ...keeping(input) });
    return { status: 'completed', ...answeredBy };
  } catch (error) {
    const info = errorInfoOf(error);
    const status = info.type === 'cancelled' ? 'cancelled' : 'failed';
    await CancellationScope.nonCancellable(() => settle(input, { status, error: info, ...keeping(input) }));
    if (status === 'cancelled') throw new CancelledFailure(info.message);
    throw ApplicationFailure.nonRetryable(info.message, info.type, info);
  }
}

/** Who gave the answer that was kept for this request, where there is one. */
async function recall(input: GatewayRequestInput, cache: CacheUse): Promise<Recalled['answeredBy']> {
  const { requestId, tenant, alias, stream, body, traceHeaders } = input;
  const question = { requestId, tenant, alias, stream, body, cache, ...(traceHeaders && { traceHeaders }) };
  return (await quickStep('recall').recall(question)).answeredBy;
}

function keeping({ cache, body }: GatewayRequestInput): Pick<SettleInput, 'keep'> {
  return cache ? { keep: { cache, body } } : {};
}

/** v0.1 accepted requests before it had routed them. */
async function routeLate(input: GatewayRequestInput): Promise<string[]> {
  const { deployments } = await quickStep(`route ${input.alias}`).route(input);
  return deployments;
}

/** The request as it may leave: without what its policies keep back, and to those who may have it. */
async function redact(input: GatewayRequestInput, privacy: PrivacyDemand, deployments: string[]) {
  const { requestId, tenant, alias, body, traceHeaders } = input;
  const { policies } = privacy;
  const redacted = await quickStep('redact').redact({
    requestId,
    tenant,
    alias,
    body,
    deployments,
    policies,
    ...(traceHeaders && { traceHeaders }),
  });
  const localOnly = privacy.localOnly || redacted.localOnly;
  return { ...input, body: redacted.body, deployments: redacted.deployments, privacy: { ...privacy, localOnly } };
}

/** Tries deployments in the order `nextTry` decides, until one answers. */
async function callWithFailover(
  input: GatewayRequestInput,
  deployments: string[],
  deadlineMs: number,
): Promise<{ answer: ModelAnswer; attempt: number }> {
  const failures: FailedTry[] = [];
  let [calls, spentMicroUsd] = [0, 0];
  for (;;) {
    const maxAttempts = input.limits.maxAttempts - (calls - failures.length);
    const next = nextTry(deployments, failures, { ...input.limits, maxAttempts, deadlineMs }, Date.now());
    if (next.kind === 'give_up') throw ApplicationFailure.nonRetryable(next.error.message, next.error.type, next.error);
    if (next.kind === 'wait') await sleep(next.waitMs);
    const attempt = calls + 1;
    const tried = failures.map(({ deployment }) => deployment);
    const call = { ...callOf(input, deadlineMs, spentMicroUsd), attempt, deployment: next.deployment };
    const callsLeft = input.limits.maxAttempts - calls;
    try {
      const answer = input.cascade
        ? await callRung(within(input.cascade, deployments), call, tried)
        : await callModel(withHedge(call, input, { tried, allowed: deployments, callsLeft }));
      return { answer, attempt: answer.attempt ?? attempt };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const detail = errorInfoOf(error);
      calls += detail.calls ?? 1;
      spentMicroUsd += detail.costMicroUsd;
      if (detail.hedged) failures.push({ ...detail.hedged, failedAtMs: Date.now() });
      failures.push({ deployment: next.deployment, error: detail, failedAtMs: Date.now() });
    }
  }
}

function callOf(input: GatewayRequestInput, deadlineMs: number, spentMicroUsd: number) {
  const { requestId, tenant, alias, stream, body, limits, privacy, traceHeaders } = input;
  return {
    requestId,
    tenant,
    stream,
    concludes: { alias },
    body,
    deadlineMs,
    tryTimeoutMs: limits.tryTimeoutMs,
    firstTokenTimeoutMs: limits.firstTokenTimeoutMs,
    ...(privacy && { privacy }),
    ...(limits.maxCostMicroUsd !== undefined && { costCapMicroUsd: limits.maxCostMicroUsd - spentMicroUsd }),
    ...(limits.reservedMicroUsd !== undefined && { reservedMicroUsd: limits.reservedMicroUsd - spentMicroUsd }),
    ...(traceHeaders && { traceHeaders }),
  };
}

async function settle(
  input: GatewayRequestInput,
  end: Pick<SettleInput, 'status' | 'answeredBy' | 'error' | 'keep'>,
): Promise<void> {
  const { requestId, tenant, alias, limits, traceHeaders } = input;
  await quickStep(`settle ${end.status}`).settle({
    requestId,
    tenant,
    alias,
    ...end,
    ...(limits.reservedMicroUsd !== undefined && { isPaidByBudget: true }),
    ...(traceHeaders && { traceHeaders }),
  });
  upsertSearchAttributes([
    { key: outcomeKey, value: end.error?.type ?? end.status },
    ...(end.answeredBy ? [{ key: deploymentKey, value: end.answeredBy.deployment }] : []),
  ]);
  if (input.webhook) await startDelivery({ requestId, tenant });
}
