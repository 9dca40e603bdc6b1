import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { GatewayError } from '../../domain/errors.ts';
import { SqlApiKeyStore } from './api-keys.ts';
import { SqlAttemptStore } from './attempts.ts';
import { SqlAuditStore } from './audit.ts';
import type { Cipher, Store } from './contract.ts';
import { SqlDeploymentStateStore } from './deployment-state.ts';
import { assertKeysOfDatabase } from './encryption-check.ts';
import { createContentVault, rewrapDataKeys } from '../encryption/content-vault.ts';
import { SqlDataKeyStore } from './data-keys.ts';
import { SqlErasureStore } from './erasures.ts';
import { SqlEventLog } from './events.ts';
import { SqlFeedbackStore } from './feedback.ts';
import { createGuard, type Guard } from './guard.ts';
import { SqlLedger } from './ledger.ts';
import { SqlAccounts } from './ledger-accounts.ts';
import { SqlKeptAnswerStore } from './kept-answers.ts';
import { migrate } from './migrate.ts';
import { SqlPseudonymStore } from './pseudonyms.ts';
import { openPostgres } from './postgres.ts';
import type { Schema } from './schema.ts';
import { SealedColumns } from './sealed-columns.ts';
import { SqlRequestStore } from './requests.ts';
import { openSqlite } from './sqlite.ts';
import { SqlWebhookStore } from './webhooks.ts';

export interface StoreSource {
  /** `postgres://…`, `sqlite:PATH`, or absent for `holdfast.db` in `dataDir`. */
  databaseUrl?: string | undefined;
  dataDir: string;
  cipher: Cipher;
}

/** How long an operation waits for another process's lock. */
const lockWaitMs = 5_000;
const purgeBatch = 500;

/**
 * Opens the database, brings its schema up to date and proves that the keys are its own.
 * @throws GatewayError `not_ready` where it cannot be reached or written, `encryption_failed` for foreign keys,
 *   `invalid_request` for an unknown kind of DATABASE_URL.
 */
export async function openStore(source: StoreSource): Promise<Store> {
  const guard = createGuard(lockWaitMs);
  const db = await guard(() => Promise.resolve().then(() => connect(source)));
  try {
    return await createStore(db, source.cipher, guard);
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** The store over an open database of either kind. */
export async function createStore(db: Kysely<Schema>, cipher: Cipher, guard: Guard): Promise<Store> {
  await guard(() => migrate(db));
  await guard(() => assertKeysOfDatabase(db, cipher));
  const dataKeys = new SqlDataKeyStore(db, guard);
  await rewrapDataKeys(cipher, dataKeys);
  const vault = createContentVault(cipher, dataKeys);
  const columns = new SealedColumns(vault);
  return {
    requests: new SqlRequestStore(db, guard, vault),
    attempts: new SqlAttemptStore(db, guard, columns),
    ledger: new SqlLedger(db, guard),
    accounts: new SqlAccounts(db, guard),
    events: new SqlEventLog(db, guard, columns),
    feedback: new SqlFeedbackStore(db, guard, columns),
    keptAnswers: new SqlKeptAnswerStore(db, guard, columns),
    pseudonyms: new SqlPseudonymStore(db, guard, columns),
    vault,
    erasures: new SqlErasureStore(db, guard),
    apiKeys: new SqlApiKeyStore(db, guard),
    webhooks: new SqlWebhookStore(db, guard, columns),
    audit: new SqlAuditStore(db, guard),
    deployments: new SqlDeploymentStateStore(db, guard),
    async ping() {
      await guard(() =>
        db.updateTable('encryption_check').set({ written_at: Date.now() }).where('id', '=', 1).execute(),
      );
    },
    async purge(before) {
      let purged = 0;
      for (let deleted = purgeBatch; deleted === purgeBatch; purged += deleted) {
        deleted = await guard(() => deleteFinished(db, before));
      }
      await guard(() => deleteExpired(db));
      return purged;
    },
    close: () => db.destroy(),
  };
}

function connect({ databaseUrl, dataDir }: StoreSource): Kysely<Schema> {
  if (databaseUrl === undefined || databaseUrl === '') return openSqlite(join(dataDir, 'holdfast.db')).db;
  if (/^postgres(ql)?:/.test(databaseUrl)) return openPostgres(databaseUrl);
  if (databaseUrl.startsWith('sqlite:')) return openSqlite(databaseUrl.slice('sqlite:'.length)).db;
  throw new GatewayError({
    type: 'invalid_request',
    message: 'DATABASE_URL is neither postgres://USER:PASSWORD@HOST/DATABASE nor sqlite:PATH.',
    param: 'DATABASE_URL',
  });
}

/** In batches: other writers get their turn between them. Attempts and events go with their request. */
async function deleteFinished(db: Kysely<Schema>, before: Date): Promise<number> {
  const ids = db.selectFrom('requests').select('id').where('finished_at', '<', before.getTime()).limit(purgeBatch);
  const { numDeletedRows } = await db.deleteFrom('requests').where('id', 'in', ids).executeTakeFirst();
  return Number(numDeletedRows);
}

/** Kept answers that may not be given any more. */
async function deleteExpired(db: Kysely<Schema>): Promise<void> {
  await db.deleteFrom('kept_answers').where('expires_at', '<=', Date.now()).execute();
}
