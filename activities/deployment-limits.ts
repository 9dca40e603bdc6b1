import PQueue from 'p-queue';
import type { Deployment } from '../domain/deployment.ts';

const minuteMs = 60_000;

/** Keeps calls of a deployment within its `concurrency` and `rpm`, in this process. */
export interface DeploymentLimits {
  /** Waits for a place as long as `signal` allows, then works; rejects with the signal's reason. */
  within<T>(deployment: Deployment, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createDeploymentLimits(): DeploymentLimits {
  const queues = new Map<string, PQueue>();
  return {
    async within(deployment, signal, work) {
      const { concurrency, rpm } = deployment.limits;
      if (concurrency === undefined && rpm === undefined) return work();
      const id = `${deployment.name} ${concurrency} ${rpm}`;
      const queue = queues.get(id) ?? createQueue(concurrency, rpm);
      queues.set(id, queue);
      return queue.add(work, { signal });
    },
  };
}

function createQueue(concurrency: number | undefined, rpm: number | undefined): PQueue {
  return new PQueue({
    ...(concurrency !== undefined && { concurrency }),
    ...(rpm !== undefined && { intervalCap: rpm, interval: minuteMs, strict: true }),
  });
}
