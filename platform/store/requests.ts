import type { Kysely } from 'kysely';
import { GatewayError, type GatewayErrorInfo } from '../../domain/errors.ts';
import type { RequestRecord } from '../../domain/request-record.ts';
import type { RoutingDecision } from '../../domain/routing/decision.ts';
import type { ContentVault } from '../encryption/content-vault.ts';
import { answerPlace } from './attempts.ts';
import type { AcceptedRequest, NewRequest, RequestOrigin, RequestStore, Settlement } from './contract.ts';
import type { Guard } from './guard.ts';
import { attemptColumns, errorPlace, requestColumns, toRecords } from './request-rows.ts';
import { prepareRequestStatements, type RequestStatements } from './request-statements.ts';
import type { Schema } from './schema.ts';
import { SealedColumns } from './sealed-columns.ts';

export class SqlRequestStore implements RequestStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #vault: ContentVault;
  readonly #columns: SealedColumns;
  readonly #statements: RequestStatements;

  constructor(db: Kysely<Schema>, guard: Guard, vault: ContentVault) {
    this.#db = db;
    this.#guard = guard;
    this.#vault = vault;
    this.#columns = new SealedColumns(vault);
    this.#statements = prepareRequestStatements(db);
  }

  async accept(request: NewRequest): Promise<{ created: boolean } & AcceptedRequest> {
    const { id, tenant, bodyHash, route, endUser, origin } = request;
    const subject = endUser === undefined ? undefined : await this.#vault.subjectOf(tenant, endUser);
    const owner = { tenant, ...(subject !== undefined && { subject }) };
    const keyId = await this.#vault.keyIdFor(owner);
    const { ip, policy } = origin;
    const kept: RequestOrigin = { ip, policy, requestHash: await this.#vault.fingerprint(owner, origin.body) };
    const inserted = await this.#guard(() =>
      this.#statements.insert(this.#db, {
        ...request,
        stream: request.stream ? 1 : 0,
        createdAt: request.createdAt.getTime(),
        route: route ? JSON.stringify(route) : null,
        subject: subject ?? null,
        keyId,
        origin: JSON.stringify(kept),
      }),
    );
    if (inserted.numAffectedRows === 1n) {
      this.#vault.noteRequest(id, keyId);
      return { created: true, bodyHash, record: newRecord(request) };
    }
    const known = await this.accepted(tenant, id);
    if (known) return { created: false, ...known };
    throw new GatewayError({
      type: 'conflict',
      message: 'This request id is in use. Send the request with another one.',
    });
  }

  async accepted(tenant: string, id: string): Promise<AcceptedRequest | undefined> {
    const rows = await this.#select(tenant, id);
    const record = (await toRecords(rows, this.#columns)).at(0);
    const first = rows[0];
    return record && first && { bodyHash: first.body_hash, record };
  }

  async get(tenant: string, id: string): Promise<RequestRecord | undefined> {
    return (await toRecords(await this.#select(tenant, id), this.#columns)).at(0);
  }

  async list(
    tenant: string,
    options: { limit: number; before?: Date; status?: RequestRecord['status'] },
  ): Promise<RequestRecord[]> {
    let page = this.#db.selectFrom('requests').select('id').where('tenant', '=', tenant);
    if (options.before) page = page.where('created_at', '<', options.before.getTime());
    if (options.status) page = page.where('status', '=', options.status);
    const ids = page.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(options.limit);
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom(ids.as('page'))
        .innerJoin('requests', 'requests.id', 'page.id')
        .leftJoin('attempts', 'attempts.request_id', 'requests.id')
        .select([...requestColumns, ...attemptColumns])
        .orderBy('requests.created_at', 'desc')
        .orderBy('requests.id', 'desc')
        .orderBy('attempts.ordinal')
        .execute(),
    );
    return toRecords(rows, this.#columns);
  }

  async result(tenant: string, id: string): Promise<string | undefined> {
    const { rows } = await this.#guard(() => this.#statements.answer(this.#db, { tenant, id }));
    const row = rows[0];
    if (!row || row.answer === null) return undefined;
    return this.#columns.openText(row.answer, answerPlace({ requestId: id, runId: row.run_id, attempt: row.attempt }));
  }

  async begin(id: string, runId: string, route?: RoutingDecision): Promise<void> {
    const routeJson = route ? JSON.stringify(route) : null;
    const updated = await this.#guard(() =>
      this.#statements.begin(this.#db, { id, runId, token: supersededToken(runId), route: routeJson }),
    );
    if (updated.numAffectedRows === 0n) await this.#assertKnown(id);
  }

  async settle(settlement: Settlement): Promise<boolean> {
    const { requestId: id, runId, status, answeredBy, error } = settlement;
    const sealedError = error ? await this.#columns.sealJson({ requestId: id }, error, errorPlace(id)) : null;
    const updated = await this.#guard(() =>
      this.#statements.settle(this.#db, {
        id,
        runId,
        token: supersededToken(runId),
        status,
        finishedAt: settlement.finishedAt.getTime(),
        attempt: answeredBy?.attempt ?? null,
        deployment: answeredBy?.deployment ?? null,
        errorType: error?.type ?? null,
        error: sealedError,
      }),
    );
    if (updated.numAffectedRows !== 0n) return true;
    await this.#assertKnown(id);
    return false;
  }

  async queued(before: Date, limit: number): Promise<{ id: string; tenant: string; createdAt: Date }[]> {
    const rows = await this.#guard(() =>
      this.#db
        .selectFrom('requests')
        .select(['id', 'tenant', 'created_at'])
        .where('finished_at', 'is', null)
        .where('status', '=', 'queued')
        .where('created_at', '<', before.getTime())
        .orderBy('created_at')
        .limit(limit)
        .execute(),
    );
    return rows.map((row) => ({ id: row.id, tenant: row.tenant, createdAt: new Date(row.created_at) }));
  }

  async unfinished(before: Date, limit: number): Promise<{ id: string; tenant: string; alias: string }[]> {
    return this.#guard(() =>
      this.#db
        .selectFrom('requests')
        .select(['id', 'tenant', 'alias'])
        .where('finished_at', 'is', null)
        .where('status', '=', 'in_progress')
        .where('created_at', '<', before.getTime())
        .orderBy('created_at')
        .limit(limit)
        .execute(),
    );
  }

  async abandon(id: string, error: GatewayErrorInfo, finishedAt: Date): Promise<void> {
    const sealedError = await this.#columns.sealJson({ requestId: id }, error, errorPlace(id));
    await this.#guard(() =>
      this.#db
        .updateTable('requests')
        .set({ status: 'failed', finished_at: finishedAt.getTime(), error_type: error.type, error: sealedError })
        .where('id', '=', id)
        .where('status', '=', 'queued')
        .execute(),
    );
  }

  async requeue(id: string): Promise<void> {
    await this.#guard(() =>
      this.#db
        .updateTable('requests')
        .set({ status: 'queued', finished_at: null, error_type: null, error: null })
        .where('id', '=', id)
        .where('status', '=', 'failed')
        .where('run_id', 'is', null)
        .execute(),
    );
  }

  async #select(tenant: string, id: string) {
    const { rows } = await this.#guard(() => this.#statements.select(this.#db, { tenant, id }));
    return rows;
  }

  /** A write that changed nothing is a repeated or late one, unless there is no such request. */
  async #assertKnown(id: string): Promise<void> {
    const { rows } = await this.#guard(() => this.#statements.exists(this.#db, { id }));
    if (rows.length > 0) return;
    throw new GatewayError({
      type: 'not_found',
      message: 'The request is not in the database: it was never accepted, or purged.',
    });
  }
}

function newRecord(request: NewRequest): RequestRecord {
  const { id, tenant, modality, alias, stream, createdAt, route } = request;
  return {
    id,
    tenant,
    modality,
    alias,
    stream,
    status: 'queued',
    createdAt,
    ...(route && { route }),
    attempts: [],
    costMicroUsd: 0,
  };
}

/** How a run stands in `superseded_runs`. */
function supersededToken(runId: string): string {
  return ` ${runId} `;
}
