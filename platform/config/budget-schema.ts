import { z } from 'zod';
import { type Budget, budgetPeriods } from '../../domain/budget/budget.ts';
import type { Deployment } from '../../domain/deployment.ts';
import type { Policy, Tenant } from '../../domain/gateway-config.ts';

const microPerUsd = 1_000_000;
/** So that sums of micro-USD stay exact. */
const mostUsd = 1_000_000_000;

const budget = z
  .strictObject({ limitUsd: z.number().nonnegative().max(mostUsd), period: z.enum(budgetPeriods) })
  .transform(({ limitUsd, period }): Budget => ({ limitMicroUsd: Math.round(limitUsd * microPerUsd), period }));

/** One budget, or one for the day and one for the month; both must have room. */
export const budgetsSchema = z
  .union([budget.transform((one) => [one]), z.array(budget).nonempty()])
  .refine((all) => new Set(all.map(({ period }) => period)).size === all.length, {
    error: 'has two budgets for the same period',
  });

/** Deployments that a tenant with a budget may call and whose price nobody knows: there the budget could not be kept. */
export function unpricedFor(tenant: Tenant, policy: Policy | undefined, deployments: Iterable<Deployment>): string[] {
  if (!tenant.budgets || policy?.localOnly) return [];
  return [...deployments].filter(({ price, provider }) => !price && !provider.local).map(({ name }) => name);
}
