import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { WorkflowState } from '../activities/sweep.ts';
import { taskQueues } from '../domain/task-queues.ts';
import type { Logger } from '../platform/logger.ts';

const scheduleId = 'holdfast-sweep';
/** What the last process left behind when it died is old enough by then. */
const firstSweepMs = 75_000;

/** Makes the schedule that sweeps, once for all processes and for ever; and sweeps soon after this start. */
export async function scheduleSweep({ schedule }: Pick<Client, 'schedule'>, logger: Logger): Promise<void> {
  await schedule
    .create({
      scheduleId,
      spec: { intervals: [{ every: '5m' }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
      action: {
        type: 'startWorkflow',
        workflowType: 'sweep',
        workflowId: scheduleId,
        taskQueue: taskQueues.gateway,
        workflowExecutionTimeout: '15m',
      },
    })
    .catch((error: unknown) => {
      if (!(error instanceof ScheduleAlreadyRunning))
        warn(logger, error, 'the schedule of the sweep could not be made');
    });
  setTimeout(() => {
    schedule
      .getHandle(scheduleId)
      .trigger()
      .catch((error: unknown) => warn(logger, error, 'the sweep after the start could not be begun'));
  }, firstSweepMs).unref();
}

function warn(logger: Logger, error: unknown, message: string): void {
  logger.warn({ error: error instanceof Error ? error.name : 'unknown' }, message);
}

/** What has become of a request's workflow. */
export async function workflowState({ workflow }: Pick<Client, 'workflow'>, requestId: string): Promise<WorkflowState> {
  try {
    const { status, runId } = await workflow.getHandle(requestId).describe();
    if (status.name === 'RUNNING') return { kind: 'running' };
    return { kind: 'closed', runId, cancelled: status.name === 'CANCELLED' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'unknown' };
    throw error;
  }
}
