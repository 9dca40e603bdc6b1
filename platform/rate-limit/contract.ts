import type { RateLimits } from '../../domain/edge.ts';
import type { RequestAllowance } from '../../domain/gcra.ts';

/** Who is limited: a key, or a tenant with all its keys. */
export interface LimitedSubject {
  /** In braces what all subjects of one request share, so that a Redis cluster keeps them together. */
  id: string;
  limits: RateLimits;
}

/** `requests`: of the subject that has the fewest left; undefined where none has an `rpm`. */
export type Entry =
  | { kind: 'entered'; requests: RequestAllowance | undefined; leave: () => void }
  | {
      kind: 'refused';
      by: 'rpm' | 'concurrency';
      /** Which of the subjects. */
      subject: LimitedSubject;
      retryAfterMs: number;
      requests: RequestAllowance | undefined;
    };

export interface RateLimiter {
  /**
   * Counts one request against all subjects, or against none where one of them has no more. Where a subject's
   * concurrency is limited, a place is held until `leave` is called.
   */
  enter(subjects: readonly LimitedSubject[]): Promise<Entry>;
  close(): Promise<void>;
}
