import type { Kysely } from 'kysely';
import type { KeyOwner } from '../encryption/data-key.ts';
import type { ErasedRequest, Erasure, ErasureStore } from './erasures-contract.ts';
import type { Guard } from './guard.ts';
import type { Schema } from './schema.ts';

export class SqlErasureStore implements ErasureStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;

  constructor(db: Kysely<Schema>, guard: Guard) {
    this.#db = db;
    this.#guard = guard;
  }

  async open(): Promise<Erasure[]> {
    const rows = await this.#guard(() => this.#db.selectFrom('erasures').selectAll().orderBy('asked_at').execute());
    return rows.map(({ id, tenant, subject, asked_at: askedAt }) => ({
      id,
      owner: subject === '' ? { tenant } : { tenant, subject },
      askedAt: new Date(askedAt),
    }));
  }

  async running({ tenant, subject }: KeyOwner, limit: number): Promise<string[]> {
    let running = this.#db
      .selectFrom('requests')
      .select('id')
      .where('tenant', '=', tenant)
      .where('finished_at', 'is', null)
      .limit(limit);
    if (subject !== undefined) running = running.where('subject', '=', subject);
    const rows = await this.#guard(() => running.execute());
    return rows.map(({ id }) => id);
  }

  async requests({ owner, askedAt }: Erasure, limit: number): Promise<ErasedRequest[]> {
    const { tenant, subject } = owner;
    const destroyed = this.#db
      .selectFrom('data_keys')
      .select('id')
      .where('tenant', '=', tenant)
      .where('destroyed_at', 'is not', null);
    let requests = this.#db
      .selectFrom('requests')
      .select(['id', 'run_id', 'superseded_runs', 'body_hash'])
      .where('tenant', '=', tenant)
      .limit(limit);
    if (subject === undefined) {
      // What was accepted before there were data keys goes by its time.
      requests = requests.where((eb) =>
        eb.or([
          eb('key_id', 'in', destroyed),
          eb.and([eb('key_id', 'is', null), eb('created_at', '<=', askedAt.getTime())]),
        ]),
      );
    } else {
      requests = requests.where('subject', '=', subject).where('key_id', 'in', destroyed);
    }
    const rows = await this.#guard(() => requests.execute());
    return rows.map(({ id, run_id: runId, superseded_runs: superseded, body_hash: bodyHash }) => ({
      id,
      keyed: bodyHash !== '',
      runIds: [...superseded.split(' ').filter((run) => run !== ''), ...(runId === null ? [] : [runId])],
    }));
  }

  async deleteRequests(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#guard(() => this.#db.deleteFrom('requests').where('id', 'in', ids).execute());
  }

  async finish({ id }: Erasure): Promise<void> {
    await this.#guard(() => this.#db.deleteFrom('erasures').where('id', '=', id).execute());
  }
}
