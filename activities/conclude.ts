import type { Settlement } from '../platform/store/contract.ts';
import type { Dependencies } from './dependencies.ts';

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
