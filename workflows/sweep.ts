import { proxyLocalActivities } from '@temporalio/workflow';
import type { SweepActivities } from '../activities/contracts.ts';

/** Clears up behind processes that died, and behind time. Started by a schedule; each step may be repeated. */
export async function sweep(): Promise<void> {
  await step('end what lost its workflow').endOrphans();
  await step('settle what was left open').settleStrays();
  await step('forget what is past its retention').forgetExpired();
}

function step(summary: string) {
  return proxyLocalActivities<SweepActivities>({
    summary,
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '4m',
    retry: { initialInterval: '1s', maximumInterval: '30s' },
  });
}
