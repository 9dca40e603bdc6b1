import { type AppliedBudget, budgetId, periodStartMs, renewsAtMs } from '../../domain/budget/budget.ts';
import type { BudgetStatus, UsagePorts } from '../admin/usage-port.ts';
import { tenantBudgets } from './reserve.ts';
import type { RequestServices } from './services.ts';

/** A request is entered in the ledger a moment after its client has the answer; what is older is the sweeper's. */
const recentMs = 600_000;
const nothing = { requests: 0, attempts: 0, inputTokens: 0, outputTokens: 0, costMicroUsd: 0 };

export function createUsageReports(services: Pick<RequestServices, 'store' | 'config'>): UsagePorts {
  const { store, config } = services;
  return {
    async usage(question) {
      await store.ledger.enterMissing(new Date(Date.now() - recentMs));
      const [sums, [total = nothing]] = await Promise.all([
        store.ledger.usage(question),
        store.ledger.usage({ ...question, groups: [] }),
      ]);
      return { sums: question.groups.length === 0 ? [] : sums, total };
    },
    async budgets(tenant) {
      const tenants = tenant === undefined ? [...config().tenants.keys()] : [tenant];
      const keys = await store.apiKeys.list(tenant);
      const applied = [
        ...tenants.flatMap((name) => tenantBudgets(config(), name).map((budget) => ({ ...budget, tenant: name }))),
        ...keys.flatMap(({ id, tenant: owner, budgets = [] }) =>
          budgets.map((budget) => ({ ...budget, tenant: owner, owner: { kind: 'key' as const, name: id } })),
        ),
      ];
      return Promise.all(applied.map((budget) => statusOf(services, budget)));
    },
  };
}

async function statusOf(
  { store }: Pick<RequestServices, 'store'>,
  budget: AppliedBudget & { tenant: string },
): Promise<BudgetStatus> {
  const startMs = periodStartMs(budget.period, Date.now());
  const [state = { spentMicroUsd: 0, reservedMicroUsd: 0, openRequests: 0 }] = await store.accounts.read([
    { budget: budgetId(budget), periodStartMs: startMs },
  ]);
  return { ...budget, ...state, renewsAt: new Date(renewsAtMs(budget.period, startMs)) };
}
