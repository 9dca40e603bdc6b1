import { activityInfo } from '@temporalio/activity';
import { concludeRun } from './conclude-run.ts';
import type { SettleInput } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';
import { keepAnswer } from './recall.ts';

/** The last step of a run: all that follows from its end, unless the call that answered it has written that already. */
export function createSettle(dependencies: Dependencies) {
  return async (input: SettleInput): Promise<void> => {
    const { requestId, tenant, alias, status, answeredBy, error, keep, isPaidByBudget = false } = input;
    await concludeRun(dependencies, {
      requestId,
      runId: activityInfo().workflowExecution?.runId ?? '',
      tenant,
      alias,
      status,
      isPaidByBudget,
      ...(answeredBy && { answeredBy }),
      ...(error && { error }),
    });
    if (keep) await keepAnswer(dependencies, { requestId, tenant, ...keep }, answeredBy);
  };
}
