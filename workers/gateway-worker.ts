import { type DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { GatewayActivities, SweepActivities } from '../activities/contracts.ts';
import { taskQueues } from '../domain/task-queues.ts';

/** Serves the `gateway` queue: the request workflow, its quick steps, its calls of text models, and the sweep. */
export function createGatewayWorker(options: {
  connection: NativeConnection;
  namespace: string;
  dataConverter: DataConverter;
  workflowBundle: { codePath: string };
  activities: GatewayActivities & SweepActivities;
  /** Admitted concurrency; slots below it would let requests wait for each other. */
  maxConcurrentRequests: number;
}): Promise<Worker> {
  const { connection, namespace, dataConverter, workflowBundle, activities, maxConcurrentRequests } = options;
  const slots = maxConcurrentRequests + 50;
  return Worker.create({
    connection,
    namespace,
    taskQueue: taskQueues.gateway,
    dataConverter,
    workflowBundle,
    activities,
    maxConcurrentWorkflowTaskExecutions: slots,
    maxConcurrentLocalActivityExecutions: slots,
    maxConcurrentActivityTaskExecutions: slots,
    maxCachedWorkflows: slots * 2,
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
    shutdownGraceTime: '12s',
  });
}
