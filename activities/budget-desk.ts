import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import { type AppliedBudget, budgetId, periodStartMs, renewsAtMs } from '../domain/budget/budget.ts';
import { SpendingExperience } from '../domain/budget/experience.ts';
import { type CostEstimate, firstPlan, planReservation, type ReservationPlan } from '../domain/budget/reservation.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Accounts } from '../platform/store/ledger-contract.ts';

/** A request that wants to be paid for. */
export interface PaidRequest {
  requestId: string;
  tenant: string;
  /** Requests of one kind (say, of one alias) cost alike. */
  kind: string;
  estimate: CostEstimate;
  /** Not empty; each must have room. */
  budgets: readonly AppliedBudget[];
  /** How long it may wait for what requests under way give back. */
  patienceMs: number;
}

export interface BudgetDeskParts {
  accounts: Accounts;
  now?: () => number;
}

/** Settlements by other processes are not heard of, so a waiting request looks for them. */
const lookAgainMs = 200;
/** Estimates remembered at most; a request that is forgotten teaches nothing. */
const maxOpen = 10_000;
const retryAfterMs = 1_000;

/**
 * Where requests ask for money before they begin, and where what they did not need is given back. Requests of a tenant
 * are served in the order in which they come, within this process.
 */
export class BudgetDesk {
  readonly #accounts: Accounts;
  readonly #now: () => number;
  readonly #experience = new SpendingExperience();
  readonly #open = new Map<string, { kind: string; worstMicroUsd: number }>();
  readonly #lines = new Map<string, PQueue>();
  #change = Promise.withResolvers<void>();

  constructor({ accounts, now = Date.now }: BudgetDeskParts) {
    this.#accounts = accounts;
    this.#now = now;
  }

  /**
   * Sets money aside, once for a request id, until it is settled. `isNew` is false where that was done before. The
   * answer must not cost more than the amount.
   * @throws GatewayError `budget_exceeded`.
   */
  async reserve(request: PaidRequest): Promise<{ amountMicroUsd: number; isNew: boolean }> {
    const line = this.#lines.get(request.tenant) ?? new PQueue({ concurrency: 1 });
    this.#lines.set(request.tenant, line);
    const untilMs = this.#now() + request.patienceMs;
    return line.add(() => this.#serve(request, untilMs));
  }

  /** Charges what the request has cost by now and gives the rest back. Idempotent. */
  async settle(requestId: string): Promise<void> {
    const settled = await this.#accounts.settle(requestId);
    const known = this.#open.get(requestId);
    this.#open.delete(requestId);
    if (settled && known) {
      this.#experience.learn(known.kind, { worstMicroUsd: known.worstMicroUsd, costMicroUsd: settled.costMicroUsd });
    }
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  async #serve(request: PaidRequest, untilMs: number): Promise<{ amountMicroUsd: number; isNew: boolean }> {
    const { requestId, budgets } = request;
    let plan: ReservationPlan = firstPlan(budgets.length, this.#estimate(request));
    for (let looked = false; ; looked = true) {
      // A settlement between looking and waiting must not be missed.
      const change = this.#change.promise;
      if (looked) plan = await this.#plan(request);
      if (plan.kind === 'refuse') throw this.#usedUp(request, plan.account);
      if (plan.kind === 'reserve') {
        const outcome = await this.#accounts.reserve({
          requestId,
          amountMicroUsd: plan.amountMicroUsd,
          accounts: this.#keys(budgets).map((key, index) => ({
            ...key,
            limitMicroUsd: budgets[index]?.limitMicroUsd ?? 0,
            maxOpenRequests: plan.kind === 'reserve' ? (plan.maxOpenRequests[index] ?? 0) : 0,
          })),
          reservedAt: new Date(this.#now()),
        });
        if (outcome.kind === 'held') return { amountMicroUsd: outcome.amountMicroUsd, isNew: false };
        if (outcome.kind === 'reserved') {
          this.#remember(request);
          return { amountMicroUsd: plan.amountMicroUsd, isNew: true };
        }
        if (!looked) continue;
      }
      if (this.#now() >= untilMs) throw setAsideForOthers(budgets[0]);
      await changed(change);
    }
  }

  async #plan(request: PaidRequest): Promise<ReservationPlan> {
    const { budgets } = request;
    const states = await this.#accounts.read(this.#keys(budgets));
    const accounts = states.map((state, index) => ({ ...state, limitMicroUsd: budgets[index]?.limitMicroUsd ?? 0 }));
    return planReservation(accounts, this.#estimate(request));
  }

  #estimate({ kind, estimate }: PaidRequest): CostEstimate {
    const experiencedMicroUsd = this.#experience.expectedMicroUsd(kind, estimate.worstMicroUsd);
    return experiencedMicroUsd === undefined ? estimate : { ...estimate, experiencedMicroUsd };
  }

  #keys(budgets: readonly AppliedBudget[]) {
    const nowMs = this.#now();
    return budgets.map((budget) => ({ budget: budgetId(budget), periodStartMs: periodStartMs(budget.period, nowMs) }));
  }

  #remember({ requestId, kind, estimate }: PaidRequest): void {
    const [oldest] = this.#open.size >= maxOpen ? this.#open.keys() : [];
    if (oldest !== undefined) this.#open.delete(oldest);
    this.#open.set(requestId, { kind, worstMicroUsd: estimate.worstMicroUsd });
  }

  #usedUp({ budgets }: PaidRequest, index: number): GatewayError {
    const budget = budgets[index];
    if (!budget) throw new RangeError('a plan names one of the budgets that it was made for');
    const renewsAt = new Date(renewsAtMs(budget.period, periodStartMs(budget.period, this.#now())));
    return new GatewayError({
      type: 'budget_exceeded',
      message:
        `${nameOf(budget)} has too little left for this request; nothing was sent. It renews at ` +
        `${renewsAt.toISOString()}. A cheaper model or a lower max_completion_tokens may still fit.`,
    });
  }
}

/** Resolves when something was settled here, or may have been elsewhere. */
async function changed(change: Promise<void>): Promise<void> {
  const given = new AbortController();
  const pause = delay(lookAgainMs, undefined, { signal: given.signal }).catch(() => undefined);
  await Promise.race([change, pause]);
  given.abort();
}

function setAsideForOthers(budget: AppliedBudget | undefined): GatewayError {
  const whose = budget ? nameOf(budget) : 'A budget';
  return new GatewayError({
    type: 'budget_exceeded',
    message: `${whose} has too little left beside what is set aside for requests under way; nothing was sent. Try again when some of them have ended.`,
    retryAfterMs,
  });
}

function nameOf({ owner, limitMicroUsd, period }: AppliedBudget): string {
  const whose = owner.kind === 'tenant' ? `tenant '${owner.name}'` : 'this API key';
  return `The budget of ${whose} (${limitMicroUsd / 1_000_000} USD a ${period})`;
}
