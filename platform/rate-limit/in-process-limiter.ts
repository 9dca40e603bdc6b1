import { afterRequest, allowance, type RequestAllowance, waitMs } from '../../domain/gcra.ts';
import type { Entry, LimitedSubject, RateLimiter } from './contract.ts';

/** A place is free as soon as somebody leaves; nobody knows when. */
const placeRetryMs = 1_000;
/** Subjects that are remembered before those that have their whole burst again are forgotten. */
const sweepAbove = 10_000;

/** Counts in this process: exact for one process, and what each goes by while the counts it shares are away. */
export function createInProcessLimiter(nowMs: () => number = () => performance.now()): RateLimiter {
  const fullAtMs = new Map<string, number>();
  const running = new Map<string, number>();

  const sweep = (now: number): void => {
    for (const [id, at] of fullAtMs) if (at <= now) fullAtMs.delete(id);
  };

  const refusal = (subject: LimitedSubject, now: number): Extract<Entry, { kind: 'refused' }> | undefined => {
    const { id, limits } = subject;
    const requests = limits.rpm === undefined ? undefined : allowance(limits.rpm, fullAtMs.get(id) ?? 0, now);
    const wait = limits.rpm === undefined ? 0 : waitMs(limits.rpm, fullAtMs.get(id) ?? 0, now);
    if (wait > 0) return { kind: 'refused', by: 'rpm', subject, retryAfterMs: wait, requests };
    if (limits.concurrency === undefined || (running.get(id) ?? 0) < limits.concurrency) return undefined;
    return { kind: 'refused', by: 'concurrency', subject, retryAfterMs: placeRetryMs, requests };
  };

  return {
    async enter(subjects) {
      const now = nowMs();
      if (fullAtMs.size > sweepAbove) sweep(now);
      for (const subject of subjects) {
        const refused = refusal(subject, now);
        if (refused) return refused;
      }
      for (const { id, limits } of subjects) {
        if (limits.rpm !== undefined) fullAtMs.set(id, afterRequest(limits.rpm, fullAtMs.get(id) ?? 0, now));
        if (limits.concurrency !== undefined) running.set(id, (running.get(id) ?? 0) + 1);
      }
      const held = subjects.filter(({ limits }) => limits.concurrency !== undefined);
      return {
        kind: 'entered',
        requests: tightest(
          subjects.flatMap(({ id, limits }) =>
            limits.rpm === undefined ? [] : allowance(limits.rpm, fullAtMs.get(id) ?? 0, now),
          ),
        ),
        leave: once(() => {
          for (const { id } of held) {
            const left = (running.get(id) ?? 0) - 1;
            if (left > 0) running.set(id, left);
            else running.delete(id);
          }
        }),
      };
    },
    close: () => Promise.resolve(),
  };
}

export function tightest(allowances: readonly RequestAllowance[]): RequestAllowance | undefined {
  return allowances.toSorted((one, other) => one.remaining - other.remaining)[0];
}

export function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
