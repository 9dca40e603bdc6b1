import type { Kysely } from 'kysely';
import type { Figures } from '../../domain/routing/figures.ts';
import type { DeploymentStateStore, KeptDeployment } from './deployment-state-contract.ts';
import type { Guard } from './guard.ts';
import type { Schema } from './schema.ts';

/** Figures of another format say nothing to this version, and are learned anew. */
const format = 1;

export class SqlDeploymentStateStore implements DeploymentStateStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;

  constructor(db: Kysely<Schema>, guard: Guard) {
    this.#db = db;
    this.#guard = guard;
  }

  async read(): Promise<KeptDeployment[]> {
    const rows = await this.#guard(() => this.#db.selectFrom('deployment_state').selectAll().execute());
    return rows.map((row) => {
      const kept = row.figures === null ? undefined : (JSON.parse(row.figures) as { format: number; figures: Figures });
      return {
        name: row.name,
        drained: row.drained_at !== null,
        ...(kept?.format === format && { figures: kept.figures }),
      };
    });
  }

  async drained(): Promise<string[]> {
    const rows = await this.#guard(() =>
      this.#db.selectFrom('deployment_state').select('name').where('drained_at', 'is not', null).execute(),
    );
    return rows.map(({ name }) => name);
  }

  async keep(states: readonly (readonly [name: string, figures: Figures])[], at: Date): Promise<void> {
    if (states.length === 0) return;
    const rows = states.map(([name, figures]) => {
      return { name, figures: JSON.stringify({ format, figures }), kept_at: at.getTime(), drained_at: null };
    });
    await this.#guard(() =>
      this.#db
        .insertInto('deployment_state')
        .values(rows)
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet((excluded) => ({
            figures: excluded.ref('excluded.figures'),
            kept_at: excluded.ref('excluded.kept_at'),
          })),
        )
        .execute(),
    );
  }

  async setDrained(name: string, drained: boolean, at: Date): Promise<void> {
    const drainedAt = drained ? at.getTime() : null;
    await this.#guard(() =>
      this.#db
        .insertInto('deployment_state')
        .values({ name, figures: null, kept_at: null, drained_at: drainedAt })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ drained_at: drainedAt }))
        .execute(),
    );
  }
}
