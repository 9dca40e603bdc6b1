import { activityInfo } from '@temporalio/activity';
import type { Settlement } from '../platform/store/contract.ts';
import type { SettleInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** The last step of a run: its outcome, unless the call that answered it has written that already, and its audit record. */
export function createSettle(dependencies: Dependencies) {
  return async ({ requestId, tenant, alias, status, answeredBy, error }: SettleInput): Promise<void> => {
    const runId = activityInfo().workflowExecution?.runId ?? '';
    await conclude(dependencies, {
      requestId,
      runId,
      tenant,
      alias,
      status,
      ...(answeredBy && { answeredBy }),
      ...(error && { error }),
    });
    await dependencies.store.audit.append({
      type: 'request',
      request_id: requestId,
      run_id: runId,
      tenant,
      deployment: answeredBy?.deployment ?? null,
      outcome: status,
      error_type: error?.type ?? null,
      finished_at: new Date().toISOString(),
    });
  };
}

/** Makes the outcome durable, once per run, and tells whoever waits for it. */
export async function conclude(
  { store, hub, logger, metrics }: Dependencies,
  { tenant, alias, ...end }: Omit<Settlement, 'finishedAt'> & { tenant: string; alias: string },
): Promise<void> {
  const { requestId, status, error, answeredBy } = end;
  const first = await store.requests.settle({ ...end, finishedAt: new Date() });
  hub.publish(requestId, { kind: 'settled' });
  if (!first) return;
  const outcome = error?.type ?? status;
  metrics.requestSettled({ tenant, alias, outcome });
  logger.info({ requestId, tenant, outcome, deployment: answeredBy?.deployment }, 'request settled');
}
