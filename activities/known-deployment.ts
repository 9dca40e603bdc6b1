import { type Figures, noFigures } from '../domain/routing/figures.ts';
import type { StreamedAnswer } from './attempt-call.ts';

/** A call of this process that is under way. */
export interface RunningCall {
  stream: boolean;
  streamed: StreamedAnswer;
  maxTokens?: number;
  isProof?: boolean;
  startedAtMs: number;
  /** It was told of as late. */
  wasLate: boolean;
}

/** What one process keeps of a deployment. Times are milliseconds since the epoch. */
export interface KnownDeployment {
  figures: Figures;
  /** Oldest first. */
  running: Set<RunningCall>;
  /** Calls begun in each of the last 60 seconds, in all processes, by second since the epoch. */
  begun: Map<number, number>;
  drained: boolean;
  /** Part of a request that the recovering deployment has saved up: at 1 the next one may go there. */
  rampCredit: number;
  /** When a request was last routed that may go there. */
  askedAtMs: number;
  /** Until when this process may begin the probe, where several share the deployment. */
  permitUntilMs: number;
  /** The figures are not what was kept last. */
  changed: boolean;
}

/** The second that has just begun counts with the whole of the oldest one: never fewer calls than there were. */
const countedSeconds = 61;

export function unknownDeployment(): KnownDeployment {
  return {
    figures: noFigures,
    running: new Set(),
    begun: new Map(),
    drained: false,
    rampCredit: 0,
    askedAtMs: 0,
    permitUntilMs: 0,
    changed: false,
  };
}

export function countBegun(known: KnownDeployment, nowMs: number, count = 1): void {
  const second = Math.floor(nowMs / 1000);
  if (!known.begun.has(second)) {
    for (const at of known.begun.keys()) if (at <= second - countedSeconds) known.begun.delete(at);
  }
  known.begun.set(second, (known.begun.get(second) ?? 0) + count);
}

export function callsLastMinute({ begun }: KnownDeployment, nowMs: number): number {
  const second = Math.floor(nowMs / 1000);
  let sum = 0;
  for (const [at, count] of begun) if (at > second - countedSeconds) sum += count;
  return sum;
}
