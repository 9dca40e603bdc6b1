import { type Kysely, sql } from 'kysely';
import type { Guard } from './guard.ts';
import type { Ledger, UsageGroup, UsageQuestion, UsageSum } from './ledger-contract.ts';
import { prepare } from './prepared.ts';
import type { LedgerTable, Schema } from './schema.ts';

const dayMs = 86_400_000;
const missingBatch = 500;

export class SqlLedger implements Ledger {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #enter: ReturnType<typeof prepareEnter>;

  constructor(db: Kysely<Schema>, guard: Guard) {
    this.#db = db;
    this.#guard = guard;
    this.#enter = prepareEnter(db);
  }

  async enter(requestId: string): Promise<void> {
    await this.#guard(() => this.#enter(this.#db, { requestId }));
  }

  async enterMissing(since: Date): Promise<number> {
    const missing = await this.#guard(() =>
      this.#db
        .selectFrom('requests')
        .select('id')
        .where('finished_at', '>=', since.getTime())
        .where((eb) =>
          eb.not(
            eb.exists(
              eb.selectFrom('ledger').select('ledger.request_id').whereRef('ledger.request_id', '=', 'requests.id'),
            ),
          ),
        )
        .orderBy('finished_at')
        .limit(missingBatch)
        .execute(),
    );
    for (const { id } of missing) await this.enter(id);
    return missing.length;
  }

  async usage({ from, to, groups, tenant }: UsageQuestion): Promise<UsageSum[]> {
    const columns = groups.map((group) => groupColumns[group]);
    let query = this.#db
      .selectFrom('ledger')
      .select(({ fn }) => [
        fn.count<number>('request_id').distinct().as('requests'),
        sumOf('attempts').as('attempts'),
        sumOf('input_tokens').as('inputTokens'),
        sumOf('output_tokens').as('outputTokens'),
        sumOf('cost_micro_usd').as('costMicroUsd'),
      ])
      .select(groups.map((group, index) => sql<string | number>`${columns[index]}`.as(group)))
      .where('finished_at', '>=', from.getTime())
      .where('finished_at', '<', to.getTime());
    if (tenant !== undefined) query = query.where('tenant', '=', tenant);
    for (const column of columns) query = query.groupBy(column).orderBy(column);
    const rows = await this.#guard(() => query.execute());
    return rows.map((row) => ({
      ...named(row, groups),
      requests: row.requests,
      attempts: row.attempts,
      inputTokens: row.inputTokens,
      outputTokens: row.outputTokens,
      costMicroUsd: row.costMicroUsd,
    }));
  }
}

const groupColumns = {
  day: sql<number>`(finished_at / ${sql.lit(dayMs)})`,
  tenant: sql<string>`tenant`,
  key: sql<string>`principal`,
  alias: sql<string>`alias`,
  deployment: sql<string>`deployment`,
} as const satisfies Record<UsageGroup, unknown>;

/** PostgreSQL's sum of whole numbers is a decimal. */
function sumOf(column: 'attempts' | 'input_tokens' | 'output_tokens' | 'cost_micro_usd') {
  return sql<number>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;
}

function named(row: object, groups: readonly UsageGroup[]): Partial<Record<UsageGroup, string>> {
  const value = (group: UsageGroup): string => {
    const found: unknown = Reflect.get(row, group);
    return group === 'day' ? new Date(Number(found) * dayMs).toISOString().slice(0, 10) : String(found);
  };
  return Object.fromEntries(groups.map((group) => [group, value(group)]));
}

const excluded = (column: keyof LedgerTable) => sql<never>`excluded.${sql.ref(column)}`;

/** All attempts of all runs of the request, in one statement. A request without any has one entry of cost 0. */
function prepareEnter(db: Kysely<Schema>) {
  return prepare<{ requestId: string }, unknown>((arg) =>
    db
      .insertInto('ledger')
      .columns([
        'request_id',
        'deployment',
        'tenant',
        'principal',
        'alias',
        'modality',
        'status',
        'finished_at',
        'attempts',
        'input_tokens',
        'output_tokens',
        'cost_micro_usd',
      ])
      .expression(
        db
          .selectFrom('requests')
          .leftJoin('attempts', 'attempts.request_id', 'requests.id')
          .select([
            'requests.id',
            sql<string>`coalesce(attempts.deployment, '')`.as('deployment'),
            'requests.tenant',
            'requests.principal',
            'requests.alias',
            'requests.modality',
            'requests.status',
            sql<number>`requests.finished_at`.as('finished_at'),
            sql<number>`count(attempts.ordinal)`.as('attempts'),
            sql<number>`coalesce(sum(attempts.input_tokens), 0)`.as('input_tokens'),
            sql<number>`coalesce(sum(attempts.output_tokens), 0)`.as('output_tokens'),
            sql<number>`coalesce(sum(attempts.cost_micro_usd), 0)`.as('cost_micro_usd'),
          ])
          .where('requests.id', '=', arg('requestId'))
          .where('requests.finished_at', 'is not', null)
          .groupBy(['requests.id', sql`coalesce(attempts.deployment, '')`]),
      )
      .onConflict((conflict) =>
        conflict.columns(['request_id', 'deployment']).doUpdateSet({
          status: excluded('status'),
          finished_at: excluded('finished_at'),
          attempts: excluded('attempts'),
          input_tokens: excluded('input_tokens'),
          output_tokens: excluded('output_tokens'),
          cost_micro_usd: excluded('cost_micro_usd'),
        }),
      ),
  );
}
