import { type GatewayErrorInfo, gatewayErrors } from './errors.ts';

/** A try that failed, as the workflow remembers it. */
export interface FailedTry {
  deployment: string;
  error: GatewayErrorInfo;
  /** Milliseconds since the epoch. */
  failedAtMs: number;
}

export interface FailoverLimits {
  deadlineMs: number;
  maxAttempts: number;
  /** Longest pause between tries that is still worth a waiting client. */
  maxWaitMs: number;
}

export type NextTry =
  | { kind: 'call'; deployment: string }
  /** All deployments failed; this one is due again after the pause. */
  | { kind: 'wait'; waitMs: number; deployment: string }
  | { kind: 'give_up'; error: GatewayErrorInfo };

const maxTriesPerDeployment = 3;
const firstBackoffMs = 500;

/**
 * Decides the next step after `failures`: untried deployments in order, then those that may recover, each after the
 * Retry-After it named (at least 0.5 s, doubling per try of that deployment), as long as attempts and time allow.
 * The last obstacle is what the client is told.
 */
export function nextTry(
  deployments: readonly string[],
  failures: readonly FailedTry[],
  limits: FailoverLimits,
  nowMs: number,
): NextTry {
  const last = failures.at(-1);
  if (last && gatewayErrors[last.error.type].next === 'stop') return { kind: 'give_up', error: last.error };
  if (nowMs >= limits.deadlineMs) return { kind: 'give_up', error: deadlineExceeded(last?.error) };
  if (last && failures.length >= limits.maxAttempts) return { kind: 'give_up', error: last.error };

  const untried = deployments.find((name) => !failures.some((failure) => failure.deployment === name));
  if (untried !== undefined) return { kind: 'call', deployment: untried };
  if (!last) throw new RangeError('a route without deployments cannot be tried');

  const due = deployments
    .flatMap((name) => dueAgain(name, failures))
    .toSorted((a, b) => a.atMs - b.atMs)
    .at(0);
  if (!due) return { kind: 'give_up', error: last.error };
  const waitMs = Math.max(0, due.atMs - nowMs);
  if (waitMs > limits.maxWaitMs || nowMs + waitMs >= limits.deadlineMs) return { kind: 'give_up', error: last.error };
  return { kind: 'wait', waitMs, deployment: due.deployment };
}

function dueAgain(deployment: string, failures: readonly FailedTry[]): { deployment: string; atMs: number }[] {
  const own = failures.filter((failure) => failure.deployment === deployment);
  const last = own.at(-1);
  if (!last || own.length >= maxTriesPerDeployment || gatewayErrors[last.error.type].next === 'skip') return [];
  const backoffMs = firstBackoffMs * 2 ** (own.length - 1);
  return [{ deployment, atMs: last.failedAtMs + Math.max(backoffMs, last.error.retryAfterMs ?? 0) }];
}

/** The error of a request whose time ran out, saying what stood in the way last. */
export function deadlineExceeded(lastObstacle?: GatewayErrorInfo): GatewayErrorInfo {
  const why = lastObstacle ? ` The last attempt failed: ${lastObstacle.message}` : '';
  return {
    type: 'deadline_exceeded',
    message: `The request did not finish in time. Raise gateway.timeoutMs or ask a faster model.${why}`,
  };
}
