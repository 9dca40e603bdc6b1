import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { WrappedDataKey } from '../../platform/store/data-keys-contract.ts';

export const historyFolder = fileURLToPath(new URL('histories/', import.meta.url));

/** The key the golden histories were encrypted with; it protects nothing else. */
export const goldenKeys = `golden:${Buffer.from('golden histories hold no secrets').toString('base64')}`;

/** Tenants' keys that the histories were encrypted with, wrapped by the golden key. */
const dataKeyFile = fileURLToPath(new URL('data-keys.json', import.meta.url));

export function goldenDataKeys(): WrappedDataKey[] {
  const kept: (Omit<WrappedDataKey, 'wrapped'> & { wrapped: string })[] = existsSync(dataKeyFile)
    ? JSON.parse(readFileSync(dataKeyFile, 'utf8'))
    : [];
  return kept.map((key) => ({ ...key, wrapped: Buffer.from(key.wrapped, 'base64') }));
}

/** Keeps the keys of the gateway that has just recorded, beside those of earlier recordings. */
export function addGoldenDataKeys(databaseFile: string): void {
  const database = new DatabaseSync(databaseFile, { readOnly: true });
  const rows = database.prepare('select * from data_keys').all();
  database.close();
  const added = rows.map((row) => ({
    id: row['id'] as string,
    owner: { tenant: row['tenant'] as string, ...(row['subject'] ? { subject: row['subject'] as string } : {}) },
    version: row['version'] as number,
    masterKeyId: row['master_key_id'] as string,
    wrapped: row['wrapped'] as Uint8Array,
  }));
  const shown = [...goldenDataKeys(), ...added].map((key) => ({
    ...key,
    wrapped: Buffer.from(key.wrapped).toString('base64'),
  }));
  writeFileSync(dataKeyFile, `${JSON.stringify(shown, null, 2)}\n`);
}
