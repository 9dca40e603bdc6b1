import { activityInfo } from '@temporalio/activity';
import type { SettleInput } from './contracts.ts';
import { conclude } from './conclude.ts';
import type { Dependencies } from './dependencies.ts';
import { keepAnswer } from './recall.ts';

/**
 * The last step of a run: its outcome, unless the call that answered it has written that already, its audit record, and
 * what it cost.
 */
export function createSettle(dependencies: Dependencies) {
  return async (input: SettleInput): Promise<void> => {
    const { requestId, tenant, alias, status, answeredBy, error, keep } = input;
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
    if (input.isPaidByBudget) await dependencies.budgets.settle(requestId);
    await dependencies.store.ledger.enter(requestId);
    if (keep) await keepAnswer(dependencies, { requestId, tenant, ...keep }, answeredBy);
  };
}
