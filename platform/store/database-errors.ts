import { errorCode } from '../system-error.ts';

/**
 * `busy`: worth repeating at once; `unavailable`: heals when the machine or the server does; `taken`: a key exists.
 */
export type DatabaseFailure = 'busy' | 'unavailable' | 'taken' | 'unknown';

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html. */
const sqliteCodes = new Map<number, DatabaseFailure>([
  [5, 'busy'], // SQLITE_BUSY
  [6, 'busy'], // SQLITE_LOCKED
  [8, 'unavailable'], // SQLITE_READONLY
  [10, 'unavailable'], // SQLITE_IOERR
  [13, 'unavailable'], // SQLITE_FULL
  [14, 'unavailable'], // SQLITE_CANTOPEN
]);
const sqliteConstraint = 19;
/** SQLITE_CONSTRAINT_PRIMARYKEY and SQLITE_CONSTRAINT_UNIQUE. */
const sqliteTaken = new Set([1555, 2067]);

/** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html: whole classes by their first two signs. */
const postgresBusy = new Set(['40001', '40P01', '55P03']);
const postgresTaken = '23505';
/** Connection, insufficient resources (disk full, too many connections), operator intervention, system error. */
const postgresUnavailableClasses = new Set(['08', '53', '57', '58']);
/** read_only_sql_transaction: the server became a standby. */
const postgresReadOnly = '25006';

/** Words of `pg` for errors that carry no code. */
const pgUnavailable = /connection|timeout|not queryable/i;

/** What kind of failure a database driver threw. */
export function classify(error: unknown): DatabaseFailure {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('errcode' in error && typeof error.errcode === 'number') return classifySqlite(error.errcode);
  const code = errorCode(error);
  if (code === undefined) {
    const says = 'message' in error ? String(error.message) : '';
    return pgUnavailable.test(says) ? 'unavailable' : 'unknown';
  }
  if (code.startsWith('ERR_')) return 'unknown';
  // The operating system's: ECONNREFUSED, EPIPE, EACCES… No class of SQLSTATE begins with an E.
  return code.startsWith('E') ? 'unavailable' : classifyPostgres(code);
}

function classifySqlite(extendedCode: number): DatabaseFailure {
  const primaryCode = extendedCode & 0xff;
  if (primaryCode === sqliteConstraint) return sqliteTaken.has(extendedCode) ? 'taken' : 'unknown';
  return sqliteCodes.get(primaryCode) ?? 'unknown';
}

function classifyPostgres(code: string): DatabaseFailure {
  if (postgresBusy.has(code)) return 'busy';
  if (code === postgresTaken) return 'taken';
  const heals = postgresUnavailableClasses.has(code.slice(0, 2)) || code === postgresReadOnly;
  return heals ? 'unavailable' : 'unknown';
}
