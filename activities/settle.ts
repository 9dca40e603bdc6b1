import { activityInfo } from '@temporalio/activity';
import type { Settlement } from '../platform/store/contract.ts';
import type { SettleInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** The last step of a request: its outcome, unless the call that answered it has written that already. */
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
