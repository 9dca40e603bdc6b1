import type { Deployment } from '../domain/deployment.ts';
import type { LiveStats } from './live-stats.ts';

/** Keeps calls of a deployment within its `concurrency` and `rpm`, counted over all processes that tell of theirs. */
export interface DeploymentLimits {
  /**
   * Waits for a place as long as `signal` allows, first come first served, then works; rejects with the signal's
   * reason. `work` must begin to be counted by `live.watch` before it waits for anything.
   */
  within<T>(deployment: Deployment, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** A place may come free in another process, or with a minute that is over: nobody tells, so one looks. */
const lookEveryMs = 50;

interface Waiting {
  deployment: Deployment;
  enter: () => void;
}

export function createDeploymentLimits(live: Pick<LiveStats, 'load'>): DeploymentLimits {
  const queues = new Map<string, Waiting[]>();
  let timer: NodeJS.Timeout | undefined;

  const hasPlace = ({ name, limits: { concurrency = Infinity, rpm = Infinity } }: Deployment): boolean => {
    const { inFlight, callsLastMinute } = live.load(name);
    return inFlight < concurrency && callsLastMinute < rpm;
  };
  const advance = (name: string): void => {
    const queue = queues.get(name) ?? [];
    for (let [head] = queue; head && hasPlace(head.deployment); [head] = queue) {
      queue.shift();
      head.enter();
    }
    if (queue.length === 0) queues.delete(name);
    if (queues.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
  const look = (): void => {
    for (const name of queues.keys()) advance(name);
  };

  return {
    within(deployment, signal, work) {
      const { name, limits } = deployment;
      if (limits.concurrency === undefined && limits.rpm === undefined) return work();
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const waiting: Waiting = {
          deployment,
          enter: () => {
            signal.removeEventListener('abort', leave);
            work()
              .then(resolve, reject)
              .finally(() => advance(name))
              .catch(() => undefined);
          },
        };
        const leave = (): void => {
          queues.set(
            name,
            (queues.get(name) ?? []).filter((other) => other !== waiting),
          );
          reject(signal.reason as Error);
          advance(name);
        };
        signal.addEventListener('abort', leave, { once: true });
        queues.set(name, [...(queues.get(name) ?? []), waiting]);
        timer ??= setInterval(look, lookEveryMs);
        advance(name);
      });
    },
  };
}
