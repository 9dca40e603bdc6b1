import type { AppliedBudget } from '../../domain/budget/budget.ts';
import { verifierCalls } from '../../domain/cascade/plan.ts';
import { estimateCost } from '../../domain/budget/estimate.ts';
import type { ChatCompletionRequest } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import type { Principal } from '../../domain/principal.ts';
import type { RoutingDecision } from '../../domain/routing/decision.ts';
import { requestFeatures } from '../../domain/routing/request-features.ts';
import type { RequestServices } from './services.ts';

/** How long a request may wait for what requests under way give back. */
const patienceMs = 60_000;
const retryPatienceMs = 5_000;

/** A request that is routed and not begun. */
interface RoutedChat {
  requestId: string;
  body: ChatCompletionRequest;
  route: Pick<RoutingDecision, 'alias' | 'order' | 'strategy' | 'hedge' | 'cascade'>;
  timeoutMs: number;
}

/** Money set aside for a request: `isNew` by this call, or by an earlier one for the same request. */
export interface Reservation {
  amountMicroUsd: number;
  isNew: boolean;
}

/**
 * Sets aside what the request may cost, where a budget applies to it and it costs anything: the worst case of its
 * dearest deployment, or of all of them where more than one may answer (cascade, second call). Undefined where nothing is
 * set aside.
 * @throws GatewayError `budget_exceeded`.
 */
export async function reserveBudget(
  { config, budgets: desk }: Pick<RequestServices, 'config' | 'budgets'>,
  principal: Principal,
  { requestId, body, route, timeoutMs }: RoutedChat,
): Promise<Reservation | undefined> {
  const budgets = budgetsOf(config(), principal);
  if (budgets.length === 0) return undefined;
  const features = requestFeatures(body);
  const calls = [...route.order, ...(route.cascade ? verifierCalls(route.cascade) : [])];
  const deployments = calls.flatMap((name) => config().deployments.get(name) ?? []);
  const cost = estimateCost(features, deployments, { all: route.strategy === 'cascade' || route.hedge !== undefined });
  if (cost.kind === 'free') return undefined;
  if (cost.kind === 'unpriced') throw priceUnknown(cost.deployment);
  return desk.reserve({
    requestId,
    tenant: principal.tenant,
    kind: `${route.alias} ${features.maxOutputTokens === undefined ? 'open' : 'bounded'}`,
    estimate: cost.estimate,
    budgets,
    patienceMs: Math.min(patienceMs, timeoutMs),
  });
}

/**
 * Sets aside again what an ended request had set aside, because it runs once more. Its tenant's budgets must have room;
 * the budget of the key that had asked for it is charged too, once it has ended.
 * @throws GatewayError `budget_exceeded`.
 */
export async function reserveAgain(
  { config, budgets: desk, store }: Pick<RequestServices, 'config' | 'budgets' | 'store'>,
  tenant: string,
  requestId: string,
): Promise<Reservation | undefined> {
  const before = await store.accounts.reservation(requestId);
  const budgets = tenantBudgets(config(), tenant);
  if (!before || budgets.length === 0) return undefined;
  const { amountMicroUsd: amount } = before;
  const estimate = { worstMicroUsd: amount, predictedMicroUsd: amount, leastMicroUsd: amount };
  return desk.reserve({ requestId, tenant, kind: 'again', estimate, budgets, patienceMs: retryPatienceMs });
}

/** The request was not begun after all. What cannot be given back now, the sweeper gives back. */
export async function giveBack(
  { budgets, logger }: Pick<RequestServices, 'budgets' | 'logger'>,
  requestId: string,
  reserved: Reservation | undefined,
): Promise<void> {
  if (!reserved?.isNew) return;
  await budgets.settle(requestId).catch((error: unknown) => {
    const name = error instanceof Error ? error.name : 'unknown';
    logger.warn({ requestId, error: name }, 'what is set aside could not be given back; the sweeper will');
  });
}

/** The budgets that must pay for what the principal asks for. */
function budgetsOf(config: GatewayConfig, { id, tenant, budgets: ownBudgets = [] }: Principal): AppliedBudget[] {
  return [
    ...tenantBudgets(config, tenant),
    ...ownBudgets.map((budget) => ({ ...budget, owner: { kind: 'key', name: id } as const })),
  ];
}

/** The budgets of a tenant, which pay for all that it asks for. */
export function tenantBudgets(config: GatewayConfig, tenant: string): AppliedBudget[] {
  const budgets = config.tenants.get(tenant)?.budgets ?? [];
  return budgets.map((budget) => ({ ...budget, owner: { kind: 'tenant', name: tenant } }));
}

/** Budgets of tenants are checked when the configuration is read; this is one of a key. */
function priceUnknown(deployment: string): GatewayError {
  return new GatewayError({
    type: 'budget_exceeded',
    message: `The price of '${deployment}' is unknown, so the budget of this API key cannot be kept; nothing was sent. Ask for another model.`,
  });
}
