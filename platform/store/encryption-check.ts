import type { Kysely } from 'kysely';
import { GatewayError } from '../../domain/errors.ts';
import type { Cipher } from './contract.ts';
import type { Schema } from './schema.ts';

const place = 'encryption_check.sealed:1';
const plain = Buffer.from('holdfast');

/**
 * Proves that the keys are those the database was written with, so that a lost key file stops the start and does not
 * come to light with the first old answer. The mark is sealed anew with the active key: older keys may be dropped once
 * what they sealed is purged.
 * @throws GatewayError `encryption_failed`.
 */
export async function assertKeysOfDatabase(db: Kysely<Schema>, cipher: Cipher): Promise<void> {
  const mark = { sealed: cipher.seal(plain, place), written_at: Date.now() };
  const inserted = await db
    .insertInto('encryption_check')
    .values({ id: 1, ...mark })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 1n) return;

  const { sealed } = await db
    .selectFrom('encryption_check')
    .select('sealed')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  try {
    cipher.open(sealed, place);
  } catch (error) {
    throw new GatewayError(
      {
        type: 'encryption_failed',
        message:
          'The payload keys are not those this database was written with. Restore keys/payload-keys.json or PAYLOAD_KEYS ' +
          `with all their keys. ${error instanceof GatewayError ? error.message : ''}`.trimEnd(),
      },
      { cause: error },
    );
  }
  await db.updateTable('encryption_check').set(mark).where('id', '=', 1).execute();
}
