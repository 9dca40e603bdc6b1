import { activityInfo } from '@temporalio/activity';
import type { SettleInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** Makes the outcome durable, once per run, and tells whoever waits for it. */
export function createSettle({ store, hub, logger, metrics }: Dependencies) {
  return async ({ requestId, tenant, alias, status, answeredBy, error }: SettleInput): Promise<void> => {
    await store.requests.settle({
      requestId,
      runId: activityInfo().workflowExecution?.runId ?? '',
      status,
      finishedAt: new Date(),
      ...(answeredBy && { answeredBy }),
      ...(error && { error }),
    });
    hub.publish(requestId, { kind: 'settled' });
    const outcome = error?.type ?? status;
    metrics.requestSettled({ tenant, alias, outcome });
    logger.info({ requestId, tenant, outcome, deployment: answeredBy?.deployment }, 'request settled');
  };
}
