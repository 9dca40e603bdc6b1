import type { Account } from '../../domain/budget/reservation.ts';

/** What requests have cost, by the deployments that were called for them. Outlives the requests. */
export interface Ledger {
  /** Enters what an ended request cost. Idempotent; a later run of the request changes its entry. */
  enter(requestId: string): Promise<void>;
  /** Enters requests that have ended since then and are not in it yet; returns how many. */
  enterMissing(since: Date): Promise<number>;
  /** Sums of the requests that ended from `from` on and before `to`, by every combination of the groups. */
  usage(question: UsageQuestion): Promise<UsageSum[]>;
}

export const usageGroups = ['day', 'tenant', 'key', 'alias', 'deployment'] as const;
export type UsageGroup = (typeof usageGroups)[number];

export interface UsageQuestion {
  from: Date;
  to: Date;
  groups: readonly UsageGroup[];
  /** Only this tenant's. */
  tenant?: string;
}

/** `day` is `YYYY-MM-DD` of UTC; `key` is the id of the API key or the subject of a token. */
export interface UsageSum extends Partial<Record<UsageGroup, string>> {
  requests: number;
  attempts: number;
  inputTokens: number;
  outputTokens: number;
  costMicroUsd: number;
}

/** One period of one budget. */
export interface AccountKey {
  /** As `budgetId` names it. */
  budget: string;
  periodStartMs: number;
}

export interface PayingAccount extends AccountKey {
  limitMicroUsd: number;
  /** Nothing is reserved where so many requests are open already. */
  maxOpenRequests: number;
}

/** `held`: the request has its reservation already. `short`: an account has no room. */
export type ReservationOutcome = { kind: 'reserved' } | { kind: 'held'; amountMicroUsd: number } | { kind: 'short' };

/** What is set aside for requests under way, and what they have cost the budgets that pay for them. */
export interface Accounts {
  /** Sets the amount aside on all of the accounts, or on none. Once for a request, until it is settled. */
  reserve(reservation: {
    requestId: string;
    amountMicroUsd: number;
    accounts: readonly PayingAccount[];
    reservedAt: Date;
  }): Promise<ReservationOutcome>;
  /** How the accounts stand, in their order. */
  read(accounts: readonly AccountKey[]): Promise<Omit<Account, 'limitMicroUsd'>[]>;
  /** What was set aside last for the request: the same amount on each account. Undefined where no budget paid for it. */
  reservation(requestId: string): Promise<{ amountMicroUsd: number; isOpen: boolean } | undefined>;
  /**
   * Charges what the request has cost by now, instead of what was set aside. Idempotent; undefined where no budget
   * pays for it.
   */
  settle(requestId: string): Promise<{ costMicroUsd: number } | undefined>;
  /** Requests with money set aside since before then that have ended or have no record, oldest first. */
  stray(before: Date, limit: number): Promise<string[]>;
}
