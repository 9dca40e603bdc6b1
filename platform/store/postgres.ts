import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { DatabaseError, Pool, type PoolClient, types } from 'pg';
import type { Schema } from './schema.ts';

const connectTimeoutMs = 5_000;
/** A server that stopped answering must not hold requests for ever. */
const queryTimeoutMs = 15_000;

/** A pool that connects when it is first used, and again after the server was away. */
export function openPostgres(databaseUrl: string, maxConnections = 10): Kysely<Schema> {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'holdfast',
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    types: {
      getTypeParser: (oid, format) => (oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)),
    },
  });
  // An idle connection that breaks has already left the pool; the next query says whether the server is away.
  pool.on('error', () => undefined);
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: withPreparedStatements(pool) }) });
}

/** Gives each parametrised statement a name, so that the server parses and plans it once a connection. */
function withPreparedStatements(pool: Pool): PostgresPool {
  const names = new Map<string, string>();
  const nameOf = (sql: string): string => {
    let name = names.get(sql);
    if (name === undefined) {
      name = `holdfast_${names.size}`;
      names.set(sql, name);
    }
    return name;
  };
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect();
      let named = clients.get(client);
      if (!named) {
        named = nameStatements(client, nameOf);
        clients.set(client, named);
      }
      return named;
    },
  };
}

function nameStatements(client: PoolClient, nameOf: (sql: string) => string): PostgresPoolClient {
  let broken = false;
  // The pool listens only while the connection is idle; one that breaks in use would else end the process.
  client.on('error', () => {
    broken = true;
  });
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      const text = { text: sql, values: [...parameters] };
      return await client.query(parameters.length === 0 ? text : { ...text, name: nameOf(sql) });
    } catch (error) {
      // Only what the server itself said leaves the connection fit for the next one.
      broken ||= !(error instanceof DatabaseError);
      throw error;
    }
  };
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the other overload, cursors, is never asked for
    query: query as PostgresPoolClient['query'],
    release: () => client.release(broken),
  };
}
