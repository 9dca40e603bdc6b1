import type { Settlement } from '../platform/store/contract.ts';
import { conclude } from './conclude.ts';
import type { Dependencies } from './dependencies.ts';

/** The end of a run, and whether budgets have set money aside for it. */
export type EndOfRun = Omit<Settlement, 'finishedAt'> & { tenant: string; alias: string; isPaidByBudget: boolean };

/** All that follows from the end of a run: its outcome, its audit record, and what it cost. Each is written once. */
export async function concludeRun(dependencies: Dependencies, { isPaidByBudget, ...end }: EndOfRun): Promise<void> {
  const { store, budgets } = dependencies;
  const { requestId, runId, tenant, status, answeredBy, error } = end;
  await conclude(dependencies, end);
  await store.audit.append({
    type: 'request',
    request_id: requestId,
    run_id: runId,
    tenant,
    deployment: answeredBy?.deployment ?? null,
    outcome: status,
    error_type: error?.type ?? null,
    finished_at: new Date().toISOString(),
  });
  if (isPaidByBudget) await budgets.settle(requestId);
  await store.ledger.enter(requestId);
}
