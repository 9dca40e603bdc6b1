import { execFile, execFileSync, type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { ended } from './child-process.ts';
import { eventually } from './poll.ts';

/** Where a PostgreSQL for tests can come from. */
export type PostgresSource =
  { kind: 'url'; url: string } | { kind: 'binaries'; folder: string } | { kind: 'none'; reason: string };

export interface PostgresServer {
  /** Makes an empty database and gives its URL. */
  createDatabase(): Promise<string>;
  /** Undefined where the server is not ours to stop. */
  crashAndRestart?: (whileAway: () => Promise<void>) => Promise<void>;
  stop(): Promise<void>;
}

const debianFolder = '/usr/lib/postgresql';

/** TEST_DATABASE_URL, else the newest of Debian's packages, else nothing. */
export function findPostgres(): PostgresSource {
  const url = process.env.TEST_DATABASE_URL;
  if (url) return { kind: 'url', url };
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  const folder = newest === undefined ? undefined : join(debianFolder, newest, 'bin');
  if (folder !== undefined && existsSync(join(folder, 'initdb'))) return { kind: 'binaries', folder };
  return { kind: 'none', reason: 'no PostgreSQL: set TEST_DATABASE_URL or install the package postgresql' };
}

export async function startPostgres(source: Exclude<PostgresSource, { kind: 'none' }>): Promise<PostgresServer> {
  return source.kind === 'url' ? existingServer(source.url) : throwAwayServer(source.folder);
}

function existingServer(url: string): PostgresServer {
  const created: string[] = [];
  return {
    async createDatabase() {
      const name = databaseName();
      await execute(url, `create database ${name}`);
      created.push(name);
      return databaseUrl(url, name);
    },
    async stop() {
      for (const name of created) await execute(url, `drop database ${name} with (force)`);
    },
  };
}

/** A cluster in a temporary folder, reached by a Unix socket only. */
async function throwAwayServer(binaries: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-pg-'));
  const owner = postgresUser();
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  await promisify(execFile)(join(binaries, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'postgres', '-N'], owner);
  const adminUrl = `postgres://postgres@localhost/postgres?host=${folder}`;
  let server = await run();

  async function run(): Promise<ChildProcess> {
    const options = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'];
    const started = spawn(join(binaries, 'postgres'), options, { ...owner, stdio: 'ignore' });
    await eventually('PostgreSQL to answer', () =>
      execute(adminUrl, 'select 1').then(
        () => true,
        () => false,
      ),
    );
    return started;
  }

  return {
    async createDatabase() {
      const name = databaseName();
      await execute(adminUrl, `create database ${name}`);
      return databaseUrl(adminUrl, name);
    },
    async crashAndRestart(whileAway) {
      await ended(server, 'SIGQUIT');
      await whileAway();
      server = await run();
    },
    async stop() {
      await ended(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; its Debian package brings a user for it. */
function postgresUser():
  { uid?: number; gid: number; cwd: string } | { uid?: undefined; gid?: undefined; cwd: string } {
  const cwd = tmpdir();
  if (process.getuid?.() !== 0) return { cwd };
  return { uid: idOfPostgres('-u'), gid: idOfPostgres('-g'), cwd };
}

function idOfPostgres(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}

function databaseName(): string {
  return `holdfast_test_${randomBytes(6).toString('hex')}`;
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
