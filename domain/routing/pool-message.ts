import type { CallReport, ReportedQuota } from './figures.ts';

/**
 * What a process tells the others of its deployments: how its calls went since it last told, and how many it has under
 * way. Times are durations, so that no clock needs to agree with another.
 */
export interface PoolMessage {
  /** The process; a new one after each start. */
  from: string;
  reports: (readonly [deployment: string, report: CallReport])[];
  quotas: (readonly [deployment: string, quota: ReportedQuota])[];
  /** Calls begun since the last message. */
  begun: Record<string, number>;
  /** Calls under way now; what is left out has none. */
  inFlight: Record<string, number>;
  /** Probes that have begun, and how long they have to tell how they went. */
  probes: (readonly [deployment: string, leaseMs: number])[];
}
