import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { requests } from './migrations/0001-requests.ts';
import { route } from './migrations/0002-route.ts';
import { apiKeys } from './migrations/0003-api-keys.ts';
import { audit } from './migrations/0004-audit.ts';
import { pseudonyms } from './migrations/0005-pseudonyms.ts';
import { dataKeys } from './migrations/0006-data-keys.ts';
import { ledger } from './migrations/0007-ledger.ts';
import { deploymentState } from './migrations/0008-deployment-state.ts';
import { webhooks } from './migrations/0009-webhooks.ts';
import { feedback } from './migrations/0010-feedback.ts';
import { keptAnswers } from './migrations/0011-kept-answers.ts';
import type { Schema } from './schema.ts';

const migrations: Record<string, Migration> = {
  '0001-requests': requests,
  '0002-route': route,
  '0003-api-keys': apiKeys,
  '0004-audit': audit,
  '0005-pseudonyms': pseudonyms,
  '0006-data-keys': dataKeys,
  '0007-ledger': ledger,
  '0008-deployment-state': deploymentState,
  '0009-webhooks': webhooks,
  '0010-feedback': feedback,
  '0011-kept-answers': keptAnswers,
};

/** Brings the schema up to date. Several processes may do this at once; all of it happens or nothing. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
