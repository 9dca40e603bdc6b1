import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { GatewayRequestInput, RequestOutcome, SettleInput } from '../activities/contracts.ts';
import { within } from '../domain/cascade/plan.ts';
import { type FailedTry, nextTry } from '../domain/failover.ts';
import { searchAttributeNames } from '../domain/search-attributes.ts';
import { callRung } from './cascade.ts';
import { startDelivery } from './deliver-webhook.ts';
import { withHedge } from './hedge.ts';
import { callModel, errorInfoOf, quickStep } from './steps.ts';

const outcomeKey = defineSearchAttributeKey(searchAttributeNames.outcome, 'KEYWORD');
const deploymentKey = defineSearchAttributeKey(searchAttributeNames.deployment, 'KEYWORD');

/** One accepted request, from its first step to its one settlement. Its id is the request's id. */
export async function gatewayRequest(input: GatewayRequestInput): Promise<RequestOutcome> {
  const end = await answered(input).catch(failedWith);
  await CancellationScope.nonCancellable(() => settle(input, end));
  if (end.status === 'completed') return { status: end.status, ...end.answeredBy };
  const { message, type } = end.error;
  if (end.status === 'cancelled') throw new CancelledFailure(message);
  throw ApplicationFailure.nonRetryable(message, type, end.error);
}

type RoutedRequest = GatewayRequestInput & { deployments: string[] };
type AnsweredBy = NonNullable<SettleInput['answeredBy']>;
type End =
  | { status: 'completed'; answeredBy: AnsweredBy }
  | { status: 'failed' | 'cancelled'; error: ReturnType<typeof errorInfoOf> };

async function answered(input: GatewayRequestInput): Promise<End> {
  const deadlineMs = Date.now() + input.limits.totalTimeoutMs;
  const recalled = await recall(input);
  if (recalled) return { status: 'completed', answeredBy: recalled };
  const sent = await redact({ ...input, deployments: input.deployments ?? (await routeLate(input)) });
  return { status: 'completed', answeredBy: await callWithFailover(sent, deadlineMs) };
}

function failedWith(failure: unknown): End {
  const error = errorInfoOf(failure);
  return { status: error.type === 'cancelled' ? 'cancelled' : 'failed', error };
}

/** Who gave the answer that was kept for an equal request, where there is one and it may be given again. */
async function recall(input: GatewayRequestInput): Promise<AnsweredBy | undefined> {
  const { requestId, tenant, alias, stream, body, cache, traceHeaders } = input;
  if (!cache) return undefined;
  const question = { requestId, tenant, alias, stream, body, cache, ...(traceHeaders && { traceHeaders }) };
  return (await quickStep('recall').recall(question)).answeredBy;
}

/** v0.1 accepted requests before it had routed them. */
async function routeLate(input: GatewayRequestInput): Promise<string[]> {
  const { deployments } = await quickStep(`route ${input.alias}`).route(input);
  return deployments;
}

/** The request as it may leave: without what its policies keep back, and to those who may have it. */
async function redact(input: RoutedRequest): Promise<RoutedRequest> {
  const { requestId, tenant, alias, body, deployments, privacy, traceHeaders } = input;
  if (!privacy?.redacts) return input;
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
async function callWithFailover({ deployments, ...input }: RoutedRequest, deadlineMs: number): Promise<AnsweredBy> {
  const failures: FailedTry[] = [];
  let [calls, spentMicroUsd] = [0, 0];
  for (;;) {
    const maxAttempts = input.limits.maxAttempts - (calls - failures.length);
    const next = nextTry(deployments, failures, { ...input.limits, maxAttempts, deadlineMs }, Date.now());
    if (next.kind === 'give_up') throw ApplicationFailure.nonRetryable(next.error.message, next.error.type, next.error);
    if (next.kind === 'wait') await sleep(next.waitMs);
    const attempt = calls + 1;
    const tried = failures.map(({ deployment }) => deployment);
    const { deployment } = next;
    const hasNext = deployments.some((name) => name !== deployment && !tried.includes(name));
    const call = { ...callOf(input, deadlineMs, spentMicroUsd), attempt, deployment, ...(hasNext && { hasNext }) };
    const callsLeft = input.limits.maxAttempts - calls;
    try {
      const answer = input.cascade
        ? await callRung(within(input.cascade, deployments), call, tried)
        : await callModel(withHedge(call, input, { tried, allowed: deployments, callsLeft }));
      return { deployment: answer.deployment, attempt: answer.attempt ?? attempt };
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

async function settle(input: GatewayRequestInput, end: End): Promise<void> {
  const { requestId, tenant, alias, body, cache, limits, traceHeaders } = input;
  await quickStep(`settle ${end.status}`).settle({
    requestId,
    tenant,
    alias,
    ...end,
    ...(cache && { keep: { cache, body } }),
    ...(limits.reservedMicroUsd !== undefined && { isPaidByBudget: true }),
    ...(traceHeaders && { traceHeaders }),
  });
  upsertSearchAttributes([
    { key: outcomeKey, value: end.status === 'completed' ? end.status : end.error.type },
    ...(end.status === 'completed' ? [{ key: deploymentKey, value: end.answeredBy.deployment }] : []),
  ]);
  if (input.webhook) await startDelivery({ requestId, tenant });
}
