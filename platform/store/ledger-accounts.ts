import type { Kysely, Transaction } from 'kysely';
import type { Account } from '../../domain/budget/reservation.ts';
import type { Guard } from './guard.ts';
import type { AccountKey, Accounts, PayingAccount, ReservationOutcome } from './ledger-contract.ts';
import { prepare } from './prepared.ts';
import type { ReservationsTable, Schema } from './schema.ts';

interface ReserveArgs {
  requestId: string;
  budget: string;
  periodStart: number;
  amount: number;
  reservedAt: number;
}

/** Every transaction touches a request's reservations first and accounts in the order of their keys: no deadlocks. */
export class SqlAccounts implements Accounts {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Kysely<Schema>, guard: Guard) {
    this.#db = db;
    this.#guard = guard;
    this.#statements = prepareStatements(db);
  }

  async reserve(reservation: Parameters<Accounts['reserve']>[0]): Promise<ReservationOutcome> {
    const { requestId, amountMicroUsd: amount, reservedAt } = reservation;
    const accounts = reservation.accounts.toSorted(byKey);
    const outcome = await this.#guard(() =>
      this.#db
        .transaction()
        .execute(async (transaction) => {
          for (const { budget, periodStartMs: periodStart } of accounts) {
            const args = { requestId, budget, periodStart, amount, reservedAt: reservedAt.getTime() };
            const opened = await this.#statements.openReservation(transaction, args);
            if (opened.numAffectedRows === 0n) throw new NotReserved('held');
          }
          for (const account of accounts) await this.#setAside(transaction, account, amount);
          return 'reserved' as const;
        })
        .catch((error: unknown) => {
          if (error instanceof NotReserved) return error.why;
          throw error;
        }),
    );
    if (outcome !== 'held') return { kind: outcome };
    return { kind: 'held', amountMicroUsd: (await this.reservation(requestId))?.amountMicroUsd ?? 0 };
  }

  async read(accounts: readonly AccountKey[]): Promise<Omit<Account, 'limitMicroUsd'>[]> {
    const found: Omit<Account, 'limitMicroUsd'>[] = [];
    for (const { budget, periodStartMs: periodStart } of accounts) {
      const { rows } = await this.#guard(() => this.#statements.account(this.#db, { budget, periodStart }));
      const [row] = rows;
      if (!row) await this.#guard(() => this.#statements.openAccount(this.#db, { budget, periodStart }));
      found.push({
        spentMicroUsd: row?.spent_micro_usd ?? 0,
        reservedMicroUsd: row?.reserved_micro_usd ?? 0,
        openRequests: row?.open_requests ?? 0,
      });
    }
    return found;
  }

  async reservation(requestId: string): Promise<{ amountMicroUsd: number; isOpen: boolean } | undefined> {
    const { rows } = await this.#guard(() => this.#statements.reservations(this.#db, { requestId }));
    const last = rows.toSorted((a, b) => a.period_start - b.period_start).at(-1);
    return last && { amountMicroUsd: last.reserved_micro_usd, isOpen: last.is_open === 1 };
  }

  async settle(requestId: string): Promise<{ costMicroUsd: number } | undefined> {
    return this.#guard(() => this.#db.transaction().execute((transaction) => this.#settle(transaction, requestId)));
  }

  async stray(before: Date, limit: number): Promise<string[]> {
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('reservations')
        .select(({ fn }) => ['request_id', fn.min('reserved_at').as('since')])
        .where('is_open', '=', 1)
        .where('reserved_at', '<', before.getTime())
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('requests')
                .select('requests.id')
                .whereRef('requests.id', '=', 'reservations.request_id')
                .where('requests.finished_at', 'is', null),
            ),
          ),
        )
        .groupBy('request_id')
        .orderBy('since')
        .limit(limit)
        .execute(),
    );
    return rows.map(({ request_id: id }) => id);
  }

  async #setAside(transaction: Transaction<Schema>, account: PayingAccount, amount: number): Promise<void> {
    const { budget, periodStartMs: periodStart, limitMicroUsd: limit, maxOpenRequests: maxOpen } = account;
    const updated = await this.#statements.setAside(transaction, { budget, periodStart, limit, maxOpen, amount });
    if (updated.numAffectedRows === 0n) throw new NotReserved('short');
  }

  async #settle(transaction: Transaction<Schema>, requestId: string): Promise<{ costMicroUsd: number } | undefined> {
    const locked = await this.#statements.lockReservations(transaction, { requestId });
    if (locked.numAffectedRows === 0n) return undefined;
    const { rows } = await this.#statements.reservations(transaction, { requestId });
    const { rows: sums } = await this.#statements.costOf(transaction, { requestId });
    const costMicroUsd = sums[0]?.cost ?? 0;
    for (const sameBudget of Map.groupBy(rows, ({ budget }) => budget).values()) {
      const charged = sameBudget.reduce((sum, row) => sum + row.spent_micro_usd, 0);
      for (const row of sameBudget) {
        // What came since the last settlement is paid by the newest period that was asked to pay.
        const more = row === sameBudget.at(-1) ? costMicroUsd - charged : 0;
        if (row.is_open === 1 || more !== 0) await this.#charge(transaction, row, more);
      }
    }
    return { costMicroUsd };
  }

  async #charge(transaction: Transaction<Schema>, row: ReservationsTable, more: number): Promise<void> {
    const { request_id: requestId, budget, period_start: periodStart, is_open: isOpen } = row;
    await this.#statements.closeReservation(transaction, { requestId, budget, periodStart, more });
    const reserved = isOpen === 1 ? row.reserved_micro_usd : 0;
    await this.#statements.charge(transaction, { budget, periodStart, more, reserved, isOpen });
  }
}

/** Takes back what a transaction did when it could not reserve on all accounts. */
class NotReserved extends Error {
  readonly why: 'held' | 'short';

  constructor(why: 'held' | 'short') {
    super(why);
    this.why = why;
  }
}

function byKey(a: AccountKey, b: AccountKey): number {
  return a.budget < b.budget ? -1 : a.budget > b.budget ? 1 : a.periodStartMs - b.periodStartMs;
}

function prepareStatements(db: Kysely<Schema>) {
  type Key = Pick<ReserveArgs, 'budget' | 'periodStart'>;
  return {
    /** Changes nothing where the request's reservation is open. */
    openReservation: prepare<ReserveArgs, unknown>((arg) =>
      db
        .insertInto('reservations')
        .values({
          request_id: arg('requestId'),
          budget: arg('budget'),
          period_start: arg('periodStart'),
          reserved_at: arg('reservedAt'),
          is_open: 1,
          reserved_micro_usd: arg('amount'),
          spent_micro_usd: 0,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['request_id', 'budget', 'period_start'])
            .doUpdateSet((eb) => ({
              is_open: 1,
              reserved_at: eb.ref('excluded.reserved_at'),
              reserved_micro_usd: eb.ref('excluded.reserved_micro_usd'),
            }))
            .where('reservations.is_open', '=', 0),
        ),
    ),

    /** The one statement that decides whether there is room. */
    setAside: prepare<Key & { limit: number; maxOpen: number; amount: number }, unknown>((arg) =>
      db
        .updateTable('budgets')
        .set((eb) => ({
          reserved_micro_usd: eb('reserved_micro_usd', '+', arg('amount')),
          open_requests: eb('open_requests', '+', eb.lit(1)),
        }))
        .where('budget', '=', arg('budget'))
        .where('period_start', '=', arg('periodStart'))
        .where('open_requests', '<', arg('maxOpen'))
        .where((eb) =>
          eb(eb(eb('spent_micro_usd', '+', eb.ref('reserved_micro_usd')), '+', arg('amount')), '<=', arg('limit')),
        ),
    ),

    account: prepare<Key, { spent_micro_usd: number; reserved_micro_usd: number; open_requests: number }>((arg) =>
      db
        .selectFrom('budgets')
        .select(['spent_micro_usd', 'reserved_micro_usd', 'open_requests'])
        .where('budget', '=', arg('budget'))
        .where('period_start', '=', arg('periodStart')),
    ),

    openAccount: prepare<Key, unknown>((arg) =>
      db
        .insertInto('budgets')
        .values({
          budget: arg('budget'),
          period_start: arg('periodStart'),
          spent_micro_usd: 0,
          reserved_micro_usd: 0,
          open_requests: 0,
        })
        .onConflict((conflict) => conflict.columns(['budget', 'period_start']).doNothing()),
    ),

    lockReservations: prepare<{ requestId: string }, unknown>((arg) =>
      db
        .updateTable('reservations')
        .set((eb) => ({ is_open: eb.ref('is_open') }))
        .where('request_id', '=', arg('requestId')),
    ),

    reservations: prepare<{ requestId: string }, ReservationsTable>((arg) =>
      db
        .selectFrom('reservations')
        .selectAll()
        .where('request_id', '=', arg('requestId'))
        .orderBy('budget')
        .orderBy('period_start'),
    ),

    costOf: prepare<{ requestId: string }, { cost: number | null }>((arg) =>
      db
        .selectFrom('attempts')
        .select((eb) => eb.cast<number>(eb.fn.sum('cost_micro_usd'), 'bigint').as('cost'))
        .where('request_id', '=', arg('requestId')),
    ),

    closeReservation: prepare<Key & { requestId: string; more: number }, unknown>((arg) =>
      db
        .updateTable('reservations')
        .set((eb) => ({ is_open: 0, spent_micro_usd: eb('spent_micro_usd', '+', arg('more')) }))
        .where('request_id', '=', arg('requestId'))
        .where('budget', '=', arg('budget'))
        .where('period_start', '=', arg('periodStart')),
    ),

    charge: prepare<Key & { more: number; reserved: number; isOpen: number }, unknown>((arg) =>
      db
        .updateTable('budgets')
        .set((eb) => ({
          spent_micro_usd: eb('spent_micro_usd', '+', arg('more')),
          reserved_micro_usd: eb('reserved_micro_usd', '-', arg('reserved')),
          open_requests: eb('open_requests', '-', arg('isOpen')),
        }))
        .where('budget', '=', arg('budget'))
        .where('period_start', '=', arg('periodStart')),
    ),
  };
}
