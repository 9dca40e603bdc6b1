import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { GatewayError } from '../domain/errors.ts';
import type { FailureDetail } from './contracts.ts';

/**
 * The one form in which an error leaves a step. What a provider or a caller did is never repeated by the activity's
 * retry policy: the workflow decides on the next try. Only the gateway's own infrastructure being away (`not_ready`)
 * and errors nobody foresaw are retried by Temporal.
 */
export function toFailure(error: unknown, costMicroUsd = 0): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof GatewayError)) {
    const name = error instanceof Error ? error.name : typeof error;
    return ApplicationFailure.create({
      message: `Unexpected ${name} in a step`,
      type: 'internal_error',
      cause: error as Error,
    });
  }
  const detail: FailureDetail = { ...error.info, costMicroUsd };
  const options = { message: error.message, type: error.type, details: [detail] };
  return ApplicationFailure.create({ ...options, nonRetryable: error.type !== 'not_ready' });
}
