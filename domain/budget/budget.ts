export const budgetPeriods = ['day', 'month'] as const;
/** A calendar day or month of UTC. */
export type BudgetPeriod = (typeof budgetPeriods)[number];

/** What may be spent in each period. Micro-USD are whole numbers, exact up to 9 thousand million USD. */
export interface Budget {
  limitMicroUsd: number;
  period: BudgetPeriod;
}

/** A budget that applies to a request, and whose it is. */
export interface AppliedBudget extends Budget {
  owner: { kind: 'tenant' | 'key'; name: string };
}

/** Names what the database counts: the same for one owner and period for ever. */
export function budgetId({ owner, period }: Pick<AppliedBudget, 'owner' | 'period'>): string {
  return `${owner.kind}:${owner.name}:${period}`;
}

/** First instant of the period that holds `nowMs` (both milliseconds since the epoch). */
export function periodStartMs(period: BudgetPeriod, nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), period === 'day' ? now.getUTCDate() : 1);
}

/** First instant of the period after the one that begins at `startMs`. */
export function renewsAtMs(period: BudgetPeriod, startMs: number): number {
  const start = new Date(startMs);
  return period === 'day'
    ? Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate() + 1)
    : Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
}
