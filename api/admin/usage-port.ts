import type { AppliedBudget } from '../../domain/budget/budget.ts';
import type { Account } from '../../domain/budget/reservation.ts';
import type { UsageQuestion, UsageSum } from '../../platform/store/ledger-contract.ts';

interface UsageReport {
  sums: UsageSum[];
  total: UsageSum;
}

/** A budget and how it stands in its present period. */
export interface BudgetStatus extends AppliedBudget, Omit<Account, 'limitMicroUsd'> {
  tenant: string;
  renewsAt: Date;
}

/** What requests have cost. */
export interface UsagePorts {
  /** Of requests that have ended; those that ended just now included. */
  usage(question: UsageQuestion): Promise<UsageReport>;
  /** Of the tenant and its keys; of all tenants where none is named. */
  budgets(tenant?: string): Promise<BudgetStatus[]>;
}
