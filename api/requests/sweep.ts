import { WorkflowNotFoundError } from '@temporalio/common';
import type { RequestServices } from './services.ts';

/** Longer than accepting a request may take from its record to its workflow. */
const graceMs = 30_000;
const batch = 500;

/**
 * Ends records whose process died between writing them and starting their workflow: nobody was told that these were
 * accepted. Idempotent; several processes may do it at once.
 */
export async function endNeverStarted({ store, temporal, budgets }: RequestServices): Promise<void> {
  for (const { id } of await store.requests.queued(new Date(Date.now() - graceMs), batch)) {
    const known = await temporal.operator.workflow
      .getHandle(id)
      .describe()
      .then(() => true)
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      });
    if (known) continue;
    const message = 'The gateway stopped before it had accepted this request. Send it again.';
    await store.requests.abandon(id, { type: 'not_ready', message }, new Date());
    await budgets.settle(id);
  }
}
