import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { CallModelInput, FailureDetail, GatewayActivities, ModelAnswer } from '../activities/contracts.ts';
import { type GatewayErrorInfo, isGatewayErrorType } from '../domain/errors.ts';

/**
 * The first try starts as a local activity, which costs the fewest writes; one that takes long, and every later try, is
 * a regular activity, which operators can watch, pause and reset (docs/adr/0001).
 */
export async function callModel(call: CallModelInput): Promise<ModelAnswer> {
  const summary = `${call.purpose?.kind ?? 'call'} ${call.deployment}`;
  if (call.attempt === 1) {
    const quick = await quickStep(summary).callModel(call);
    if (quick.kind === 'answered') return quick.answer;
  }
  const watched = proxyActivities<GatewayActivities>({
    summary: `${summary} · attempt ${call.attempt}`,
    // The call has a clock of its own, which does not count the time that it waits for a place.
    startToCloseTimeout: Math.max(1, call.deadlineMs - Date.now()) + 10_000,
    scheduleToCloseTimeout: Math.max(1, call.deadlineMs - Date.now()) + 60_000,
    heartbeatTimeout: '8s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', maximumInterval: '5s' },
  });
  const result = await watched.callModel(call);
  if (result.kind === 'answered') return result.answer;
  throw ApplicationFailure.nonRetryable('a regular activity cannot hand a call over', 'internal_error');
}

/** A step of the gateway's own, run in the worker that holds the workflow; only its infrastructure can make it fail. */
export function quickStep(summary: string) {
  return proxyLocalActivities<GatewayActivities>({
    summary,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '10m',
    retry: { initialInterval: '200ms', maximumInterval: '5s' },
  });
}

/** The member of the closed error union that a failure stands for, and what the failed step cost. */
export function errorInfoOf(error: unknown): FailureDetail {
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
