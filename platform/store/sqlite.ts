import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import type { Schema } from './schema.ts';

/** Waiting for another process's lock blocks the event loop, so it is short here; `guard` goes on without blocking. */
const blockingLockWaitMs = 20;

/**
 * Opens (or makes) a database file. A commit is durable against the death of the process; a power cut may take the last
 * moments (`synchronous=NORMAL`), but never damages the file.
 */
export function openSqlite(path: string): { db: Kysely<Schema>; connection: DatabaseSync } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite gives its -wal and -shm files the mode of the database.
  closeSync(openSync(path, 'a', 0o600));
  const connection = new DatabaseSync(path, { timeout: blockingLockWaitMs, enableForeignKeyConstraints: true });
  connection.exec('pragma journal_mode=wal; pragma synchronous=normal; pragma journal_size_limit=67108864;');
  return { db: new Kysely<Schema>({ dialect: new NodeSqliteDialect({ database: adapt(connection) }) }), connection };
}

class NodeSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** SQLite's DDL is transactional; with it a migration is one transaction, safe against other processes. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** `node:sqlite` behind the interface Kysely's driver was written for. Statements are prepared once. */
function adapt(connection: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => connection.close(),
    prepare(sql) {
      // A full disk ends the transaction by itself, and a rollback would then hide that error behind its own.
      if (sql === 'rollback' && !connection.isTransaction) return nothing;
      let statement = statements.get(sql);
      if (!statement) {
        // A deferred transaction that turns into a writer late fails at once where another process wrote meanwhile.
        statement = toStatement(connection.prepare(sql === 'begin' ? 'begin immediate' : sql));
        statements.set(sql, statement);
      }
      return statement;
    },
  };
}

function toStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...asInputs(parameters)),
    run: (parameters) => statement.run(...asInputs(parameters)),
    iterate: (parameters) => statement.iterate(...asInputs(parameters)),
  };
}

/** The schema's column types are all that Kysely can hand over; `node:sqlite` refuses any other value itself. */
function asInputs(parameters: readonly unknown[]): SQLInputValue[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by node:sqlite
  return parameters as SQLInputValue[];
}

const nothing: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};
