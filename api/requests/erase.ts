import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/common';
import { isGrpcServiceError } from '@temporalio/client';
import PQueue from 'p-queue';
import type { ErasedRequest, Erasure } from '../../platform/store/erasures-contract.ts';
import type { KeyOwner } from '../../platform/encryption/data-key.ts';
import type { RequestServices } from './services.ts';
import { cancelRequest } from './steer.ts';

type EraseServices = Pick<RequestServices, 'store' | 'hub' | 'artifacts' | 'temporal' | 'namespace' | 'logger'>;

const batch = 200;
const concurrentDeletions = 8;
const callTimeoutMs = 10_000;
/** What has just ended is deleted half a minute later, once Temporal's lists know of its end. */
const deletionTimeoutMs = 90_000;
const grpcNotFound = 5;

/** Ends erasures that were cut short. Idempotent; several processes may do it at once. */
export async function finishErasures(services: EraseServices): Promise<void> {
  for (const erasure of await services.store.erasures.open()) await carryOut(services, erasure);
}

/**
 * Cancels what runs, while it can still be settled: money that was set aside comes back, and the audit log gets its
 * record. What does not end in time is ended with its workflow.
 */
export async function cancelRunning(services: RequestServices, owner: KeyOwner): Promise<void> {
  const ids = await services.store.erasures.running(owner, batch);
  await Promise.allSettled(ids.map((id) => cancelRequest(services, owner.tenant, id)));
}

/**
 * Deletes what lies under destroyed keys: requests that run are stopped, histories, records and artifacts go.
 * @param onDeleted gets the number of requests that were deleted, batch by batch.
 */
export async function carryOut(
  services: EraseServices,
  erasure: Erasure,
  onDeleted: (count: number) => void = () => undefined,
): Promise<void> {
  const { store, artifacts } = services;
  const queue = new PQueue({ concurrency: concurrentDeletions });
  for (let found = batch; found === batch;) {
    const requests = await store.erasures.requests(erasure, batch);
    found = requests.length;
    await queue.addAll(requests.map((request) => () => endRequest(services, request)));
    await store.erasures.deleteRequests(requests.map(({ id }) => id));
    for (const { id } of requests) services.hub.publish(id, { kind: 'settled' });
    onDeleted(found);
  }
  await artifacts.erase(erasure.owner);
  await store.erasures.finish(erasure);
}

/** Stops the call of the model at once; Temporal ends a workflow that runs when it deletes it. */
async function endRequest(services: EraseServices, { id, runIds, keyed }: ErasedRequest): Promise<void> {
  services.hub.publish(id, { kind: 'abort' });
  await deleteWorkflow(services, { workflowId: id });
  for (const runId of runIds) await deleteWorkflow(services, { workflowId: id, runId });
  if (keyed) await untilGone(services, id);
}

/** Temporal deletes a moment later, and takes an id for used until then. */
async function untilGone({ temporal }: EraseServices, workflowId: string): Promise<void> {
  const giveUpAtMs = performance.now() + deletionTimeoutMs;
  while (performance.now() < giveUpAtMs) {
    const known = await temporal.operator.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        () => true,
        (error: unknown) => !isNotFound(error),
      );
    if (!known) return;
    await delay(100);
  }
}

async function deleteWorkflow(
  { temporal, namespace }: EraseServices,
  workflowExecution: { workflowId: string; runId?: string },
): Promise<void> {
  const { operator } = temporal;
  try {
    await operator.withDeadline(Date.now() + callTimeoutMs, () =>
      operator.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function isNotFound(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  return isGrpcServiceError(error) && Number(error.code) === grpcNotFound;
}
