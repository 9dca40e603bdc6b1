import type { GatewayErrorInfo } from '../domain/errors.ts';
import { concludeRun } from './conclude-run.ts';
import type { SweepActivities } from './contracts.ts';
import type { Dependencies } from './dependencies.ts';

/** A workflow as Temporal knows it now; `runId` is its last run's. */
export type WorkflowState =
  { kind: 'running' } | { kind: 'unknown' } | { kind: 'closed'; runId: string; cancelled: boolean };

export interface SweepParts {
  workflowState: (requestId: string) => Promise<WorkflowState>;
  retentionDays: number;
}

const dayMs = 86_400_000;
/** Longer than accepting a request takes from its reservation to its record. */
const acceptGraceMs = 60_000;
/** A step may be repeated for so long until its workflow gives up. */
const orphanGraceMs = 600_000;
/** From when a request's body was kept until it ended, at most: nothing that a record still needs may be forgotten. */
const longestLifeMs = dayMs;
const ledgerWindowMs = 2 * dayMs;
const batch = 200;

const ended: GatewayErrorInfo = {
  type: 'internal_error',
  message: 'The workflow of this request was ended from outside, before it could say how the request ended.',
};
const cancelled: GatewayErrorInfo = { type: 'cancelled', message: 'The request was cancelled.' };

/** What the schedule does. Every step may be done by several processes at once, and again. */
export function createSweep(dependencies: Dependencies, { workflowState, retentionDays }: SweepParts): SweepActivities {
  const { store, artifacts, budgets, logger } = dependencies;
  return {
    async endOrphans() {
      for (const { id, tenant, alias } of await store.requests.unfinished(ago(orphanGraceMs), batch)) {
        const state = await workflowState(id);
        if (state.kind !== 'closed') continue;
        logger.warn({ requestId: id }, 'the workflow of a request is gone; the request is ended');
        await concludeRun(dependencies, {
          requestId: id,
          runId: state.runId,
          tenant,
          alias,
          isPaidByBudget: true,
          ...(state.cancelled ? { status: 'cancelled', error: cancelled } : { status: 'failed', error: ended }),
        });
      }
    },
    async settleStrays() {
      for (const requestId of await store.accounts.stray(ago(acceptGraceMs), batch)) await budgets.settle(requestId);
      let entered = batch;
      while (entered > 0) entered = await store.ledger.enterMissing(ago(ledgerWindowMs));
    },
    async forgetExpired() {
      await store.purge(ago(retentionDays * dayMs));
      await artifacts.purge(ago(retentionDays * dayMs + longestLifeMs));
    },
  };
}

function ago(ms: number): Date {
  return new Date(Date.now() - ms);
}
