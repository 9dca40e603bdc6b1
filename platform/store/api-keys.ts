import { type Kysely, type Selectable, sql } from 'kysely';
import type {
  ApiKeyChanges,
  ApiKeyRecord,
  ApiKeyStore,
  FoundSecret,
  NewApiKey,
  SecretRecord,
} from './api-keys-contract.ts';
import type { Guard } from './guard.ts';
import { prepare } from './prepared.ts';
import type { ApiKeysTable, Schema } from './schema.ts';

/** A last use is kept to the minute, so that a busy key costs one write a minute. */
const touchIntervalMs = 60_000;

type KeyRow = Selectable<ApiKeysTable>;
type TermColumns = Pick<KeyRow, 'name' | 'scopes' | 'models' | 'allowed_ips' | 'limits' | 'budgets' | 'expires_at'>;
interface FoundRow extends KeyRow {
  lookup: string;
  salt: Uint8Array;
  hash: Uint8Array;
  secret_expires_at: number | null;
}

const keyColumns = [
  'api_keys.id',
  'api_keys.tenant',
  'api_keys.name',
  'api_keys.scopes',
  'api_keys.models',
  'api_keys.allowed_ips',
  'api_keys.limits',
  'api_keys.budgets',
  'api_keys.created_by',
  'api_keys.created_at',
  'api_keys.expires_at',
  'api_keys.last_used_at',
] as const;

export class SqlApiKeyStore implements ApiKeyStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #find: ReturnType<typeof prepareFind>;

  constructor(db: Kysely<Schema>, guard: Guard) {
    this.#db = db;
    this.#guard = guard;
    this.#find = prepareFind(db);
  }

  async create(key: NewApiKey, secret: SecretRecord): Promise<void> {
    const createdAt = key.createdAt.getTime();
    await this.#guard(() =>
      this.#db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('api_keys')
          .values({
            id: key.id,
            tenant: key.tenant,
            created_by: key.createdBy,
            created_at: createdAt,
            name: key.name,
            scopes: JSON.stringify(key.scopes),
            ...toColumns(key),
          })
          .execute();
        await transaction
          .insertInto('api_key_secrets')
          .values({ ...secret, key_id: key.id, created_at: createdAt })
          .execute();
      }),
    );
  }

  list(tenant?: string): Promise<ApiKeyRecord[]> {
    return this.#read({ tenant });
  }

  async get(id: string): Promise<ApiKeyRecord | undefined> {
    return (await this.#read({ id })).at(0);
  }

  async change(id: string, changes: ApiKeyChanges): Promise<boolean> {
    const columns = { id, ...toColumns(changes) };
    const { numUpdatedRows } = await this.#guard(() =>
      this.#db.updateTable('api_keys').set(columns).where('id', '=', id).executeTakeFirst(),
    );
    return numUpdatedRows > 0n;
  }

  async addSecret(id: string, secret: SecretRecord, at: { createdAt: Date; previousEndAt: Date }): Promise<boolean> {
    const createdAt = at.createdAt.getTime();
    const previousEndAt = at.previousEndAt.getTime();
    return this.#guard(() =>
      this.#db.transaction().execute(async (transaction) => {
        // Locks the key: of two rotations at once, the later one ends the secret of the earlier one.
        const locked = await transaction
          .updateTable('api_keys')
          .set((eb) => ({ name: eb.ref('name') }))
          .where('id', '=', id)
          .executeTakeFirst();
        if (locked.numUpdatedRows === 0n) return false;
        const secrets = transaction.deleteFrom('api_key_secrets').where('key_id', '=', id);
        await secrets.where('expires_at', '<=', createdAt).execute();
        await transaction
          .updateTable('api_key_secrets')
          .set({ expires_at: previousEndAt })
          .where('key_id', '=', id)
          .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', previousEndAt)]))
          .execute();
        await transaction
          .insertInto('api_key_secrets')
          .values({ ...secret, key_id: id, created_at: createdAt })
          .execute();
        return true;
      }),
    );
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#guard(() =>
      this.#db.deleteFrom('api_keys').where('id', '=', id).executeTakeFirst(),
    );
    return numDeletedRows > 0n;
  }

  async find(lookup: string): Promise<FoundSecret | undefined> {
    const { rows } = await this.#guard(() => this.#find(this.#db, { lookup }));
    const row = rows[0];
    if (!row) return undefined;
    const { salt, hash, secret_expires_at: end } = row;
    return { lookup, salt, hash, ...(end !== null && { secretExpiresAt: new Date(end) }), key: toKey(row) };
  }

  async touch(id: string, usedAt: Date): Promise<void> {
    const at = usedAt.getTime();
    await this.#guard(() =>
      this.#db
        .updateTable('api_keys')
        .set({ last_used_at: at })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', at - touchIntervalMs)]))
        .execute(),
    );
  }

  async #read({ id, tenant }: { id?: string; tenant?: string | undefined }): Promise<ApiKeyRecord[]> {
    let query = this.#db
      .selectFrom('api_keys')
      .innerJoin('api_key_secrets', 'api_key_secrets.key_id', 'api_keys.id')
      .select([
        ...keyColumns,
        'api_key_secrets.lookup',
        'api_key_secrets.created_at as secret_created_at',
        'api_key_secrets.expires_at as secret_expires_at',
      ]);
    if (id !== undefined) query = query.where('api_keys.id', '=', id);
    if (tenant !== undefined) query = query.where('api_keys.tenant', '=', tenant);
    const rows = await this.#guard(() =>
      query
        .orderBy('api_keys.created_at', 'desc')
        .orderBy('api_keys.id', 'desc')
        // The one in force has no end.
        .orderBy(sql`case when api_key_secrets.expires_at is null then 0 else 1 end`)
        .orderBy('api_key_secrets.created_at', 'desc')
        .execute(),
    );
    const keys = new Map<string, ApiKeyRecord>();
    for (const row of rows) {
      const key = keys.get(row.id) ?? { ...toKey(row), secrets: [] };
      keys.set(row.id, key);
      key.secrets.push({
        lookup: row.lookup,
        createdAt: new Date(row.secret_created_at),
        ...(row.secret_expires_at !== null && { expiresAt: new Date(row.secret_expires_at) }),
      });
    }
    return [...keys.values()];
  }
}

function prepareFind(db: Kysely<Schema>) {
  return prepare<{ lookup: string }, FoundRow>((arg) =>
    db
      .selectFrom('api_key_secrets')
      .innerJoin('api_keys', 'api_keys.id', 'api_key_secrets.key_id')
      .select([
        ...keyColumns,
        'api_key_secrets.lookup',
        'api_key_secrets.salt',
        'api_key_secrets.hash',
        'api_key_secrets.expires_at as secret_expires_at',
      ])
      .where('api_key_secrets.lookup', '=', arg('lookup')),
  );
}

/** Columns of the terms that are there; null for those that are taken away. */
function toColumns({
  name,
  scopes,
  models,
  allowedIps,
  limits,
  budgets,
  expiresAt,
}: ApiKeyChanges): Partial<TermColumns> {
  return {
    ...(name !== undefined && { name }),
    ...(scopes && { scopes: JSON.stringify(scopes) }),
    ...(models !== undefined && { models: models && JSON.stringify(models) }),
    ...(allowedIps !== undefined && { allowed_ips: allowedIps && JSON.stringify(allowedIps) }),
    ...(limits !== undefined && { limits: limits && JSON.stringify(limits) }),
    ...(budgets !== undefined && { budgets: budgets && JSON.stringify(budgets) }),
    ...(expiresAt !== undefined && { expires_at: expiresAt && expiresAt.getTime() }),
  };
}

/** The JSON columns hold what `toColumns` wrote. */
function toKey(row: KeyRow): Omit<ApiKeyRecord, 'secrets'> {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    scopes: JSON.parse(row.scopes),
    createdBy: row.created_by,
    createdAt: new Date(row.created_at),
    ...(row.models !== null && { models: JSON.parse(row.models) }),
    ...(row.allowed_ips !== null && { allowedIps: JSON.parse(row.allowed_ips) }),
    ...(row.limits !== null && { limits: JSON.parse(row.limits) }),
    ...(row.budgets !== null && { budgets: JSON.parse(row.budgets) }),
    ...(row.expires_at !== null && { expiresAt: new Date(row.expires_at) }),
    ...(row.last_used_at !== null && { lastUsedAt: new Date(row.last_used_at) }),
  };
}
