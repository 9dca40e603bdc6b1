import { randomUUID } from 'node:crypto';
import { isGrpcServiceError } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import proto from '@temporalio/proto';
import { GatewayError } from '../../domain/errors.ts';
import { isTerminal, type RequestRecord } from '../../domain/request-record.ts';
import { follow } from '../../platform/hub/follow.ts';
import { giveBack, reserveAgain } from './reserve.ts';
import type { RequestServices } from './services.ts';

const { EventType, HistoryEventFilterType, ResetReapplyExcludeType } = proto.temporal.api.enums.v1;
const closeEvent = HistoryEventFilterType.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT;
const callTimeoutMs = 5_000;
/** How long a cancel waits to see its effect before it answers with the record as it is. */
const settleTimeoutMs = 2_000;

/**
 * Ends a running request: the model call at once through the hub, the workflow durably through Temporal. Idempotent.
 * @throws GatewayError `not_found`, or `conflict` where it has ended otherwise.
 */
export async function cancelRequest(services: RequestServices, tenant: string, id: string): Promise<RequestRecord> {
  const record = await recordOf(services, tenant, id);
  if (record.status === 'cancelled') return record;
  if (isTerminal(record.status)) throw conflict(`The request has ${record.status} already; it cannot be cancelled.`);
  services.hub.publish(id, { kind: 'abort' });
  await operate(services, () => services.temporal.operator.workflow.getHandle(id).cancel());
  const signal = AbortSignal.timeout(settleTimeoutMs);
  for await (const item of follow(services, { requestId: id, tenant, afterSeq: 0, signal, events: false })) {
    if (item.kind === 'settled') return item.record;
  }
  return recordOf(services, tenant, id);
}

/**
 * Runs a failed or cancelled request again, under the same id and with the same input, by resetting its workflow to its
 * beginning (what an operator does in the Temporal UI).
 * @throws GatewayError `not_found`, `conflict` where it has not failed, or `budget_exceeded`.
 */
export async function retryRequest(services: RequestServices, tenant: string, id: string): Promise<RequestRecord> {
  const record = await recordOf(services, tenant, id);
  if (record.status !== 'failed' && record.status !== 'cancelled') {
    throw conflict(`Only a failed or cancelled request can be retried; this one is ${record.status}.`);
  }
  const reserved = await reserveAgain(services, tenant, id);
  try {
    const runId = await operate(services, () => resetToStart(services, id));
    await services.store.requests.begin(id, runId);
  } catch (error) {
    await giveBack(services, id, reserved);
    throw error;
  }
  return recordOf(services, tenant, id);
}

async function resetToStart({ temporal, namespace }: RequestServices, workflowId: string): Promise<string> {
  const { workflowService } = temporal.operator;
  const run = { namespace, execution: { workflowId } };
  // Its client hears of the end before the last step has written down all that follows from it.
  await workflowService.getWorkflowExecutionHistory({ ...run, waitNewEvent: true, historyEventFilterType: closeEvent });
  const { history } = await workflowService.getWorkflowExecutionHistory(run);
  const firstTaskEnd = history?.events?.find(({ eventType }) => eventType != null && taskEnds.has(eventType));
  if (!firstTaskEnd?.eventId) throw conflict('The request has not begun yet, so there is nothing to retry.');
  const { runId } = await workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId },
    reason: 'retried through the API',
    workflowTaskFinishEventId: firstTaskEnd.eventId,
    requestId: randomUUID(),
    resetReapplyExcludeTypes: [
      ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_SIGNAL,
      ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_CANCEL_REQUEST,
    ],
  });
  return runId;
}

const taskEnds: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
  EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
]);

async function operate<T>({ temporal }: RequestServices, work: () => Promise<T>): Promise<T> {
  try {
    return await temporal.operator.withDeadline(Date.now() + callTimeoutMs, work);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    if (error instanceof WorkflowNotFoundError || isGrpcNotFound(error)) {
      throw conflict('The workflow of this request is not running and its history is no longer kept.');
    }
    throw new GatewayError(
      { type: 'not_ready', message: 'Temporal does not answer; the request goes on as it was.', retryAfterMs: 2_000 },
      { cause: error },
    );
  }
}

const grpcNotFound = 5;

function isGrpcNotFound(error: unknown): boolean {
  return isGrpcServiceError(error) && Number(error.code) === grpcNotFound;
}

async function recordOf({ store }: RequestServices, tenant: string, id: string): Promise<RequestRecord> {
  const record = await store.requests.get(tenant, id);
  if (record) return record;
  throw new GatewayError({ type: 'not_found', message: `No request '${id}'.` });
}

function conflict(message: string): GatewayError {
  return new GatewayError({ type: 'conflict', message });
}
