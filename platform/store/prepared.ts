import type { Compilable, Kysely, QueryResult } from 'kysely';
import type { Schema } from './schema.ts';

/** Where a statement runs: the database, or a transaction of it. */
export type Executor = Pick<Kysely<Schema>, 'executeQuery'>;

class Parameter {
  readonly name: PropertyKey;
  constructor(name: PropertyKey) {
    this.name = name;
  }
}

/**
 * Builds and compiles a statement once; calls only put their arguments in. Kysely's builders cost more than SQLite's
 * work on a small statement.
 * @param build gets `arg(name)`, which stands for the argument wherever a value may stand.
 */
export function prepare<Args extends object, Row>(
  build: (arg: <Name extends keyof Args>(name: Name) => Args[Name]) => Compilable<Row>,
): (executor: Executor, args: Args) => Promise<QueryResult<Row>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it stands for the argument until it is filled in
  const compiled = build((name) => new Parameter(name) as never).compile();
  return (executor, args) =>
    executor.executeQuery({ ...compiled, parameters: compiled.parameters.map((value) => fill(value, args)) });
}

function fill(value: unknown, args: object): unknown {
  return value instanceof Parameter ? Reflect.get(args, value.name) : value;
}
