import { z } from 'zod';
import { type Budget, budgetPeriods } from '../../domain/budget/budget.ts';
import type { Deployment } from '../../domain/deployment.ts';
import type { Policy, Tenant } from '../../domain/gateway-config.ts';

const microPerUsd = 1_000_000;
/** So that sums of micro-USD stay exact. */
const mostUsd = 1_000_000_000;

const budget = z.strictObject({ limitUsd: z.number().nonnegative().max(mostUsd), period: z.enum(budgetPeriods) });

/** One budget, or one for the day and one for the month, as people write them. */
export const writtenBudgets = z
  .union([budget, z.array(budget).min(1).max(budgetPeriods.length)])
  .refine((written) => new Set([written].flat().map(({ period }) => period)).size === [written].flat().length, {
    error: 'has two budgets for the same period',
  });
type WrittenBudget = z.output<typeof budget>;

/** Each of them must have room. */
export function toBudgets(written: WrittenBudget | WrittenBudget[]): Budget[] {
  return [written]
    .flat()
    .map(({ limitUsd, period }) => ({ limitMicroUsd: Math.round(limitUsd * microPerUsd), period }));
}

export function toWritten(budgets: readonly Budget[]): WrittenBudget[] {
  return budgets.map(({ limitMicroUsd, period }) => ({ limitUsd: limitMicroUsd / microPerUsd, period }));
}

/** Deployments that a tenant with a budget may call and whose price nobody knows: there the budget could not be kept. */
export function unpricedFor(tenant: Tenant, policy: Policy | undefined, deployments: Iterable<Deployment>): string[] {
  if (!tenant.budgets || policy?.localOnly) return [];
  return [...deployments].filter(({ price, provider }) => !price && !provider.local).map(({ name }) => name);
}
