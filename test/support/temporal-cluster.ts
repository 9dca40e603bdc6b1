import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { ended } from './child-process.ts';
import { eventually } from './poll.ts';
import type { PostgresServer } from './postgres.ts';
import type { TemporalPrograms } from './temporal-programs.ts';

/** The server that production runs, all its services in one process, on PostgreSQL. */
export interface TemporalCluster {
  address: string;
  stop(): Promise<void>;
}

const deploy = new URL('../../deploy/temporal', import.meta.url).pathname;
const services = ['frontend', 'history', 'matching', 'worker'] as const;

/**
 * A cluster on two databases of its own.
 * @param lazyNamespace there no workflow starts eagerly: its first task goes to any worker, not to the starter's.
 */
export async function startTemporalCluster(
  { server, folder: programs }: Extract<TemporalPrograms, { kind: 'found' }>,
  postgres: PostgresServer,
  lazyNamespace: string,
): Promise<TemporalCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cluster-'));
  const [defaultUrl, visibilityUrl] = [await postgres.createDatabase(), await postgres.createDatabase()];
  await createSchemas(programs, defaultUrl, visibilityUrl);

  const ports = await freePorts(services.length * 2);
  const address = `127.0.0.1:${ports[0]}`;
  const files = {
    config: join(folder, 'server.yaml'),
    dynamicConfig: join(folder, 'dynamic.yaml'),
    log: join(folder, 'server.log'),
  };
  await writeFile(files.dynamicConfig, await dynamicConfig(lazyNamespace));
  await writeFile(files.config, stringify(serverConfig({ defaultUrl, visibilityUrl, ports, address, files })));
  const child = spawn(server, ['--config-file', files.config, '--allow-no-auth', 'start'], { stdio: 'ignore' });
  await eventually('the Temporal cluster to serve', () => serves(address, child), 60_000).catch(async (cause) => {
    await ended(child, 'SIGKILL');
    const log = await readFile(files.log, 'utf8').catch(() => 'no log');
    throw new Error(`the Temporal cluster did not start:\n${log.slice(-4_000)}`, { cause });
  });
  return {
    address,
    async stop() {
      await ended(child, 'SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As the module's config/development-postgres12.yaml, without archival, metrics and pprof. */
function serverConfig(parts: {
  defaultUrl: string;
  visibilityUrl: string;
  ports: number[];
  address: string;
  files: { dynamicConfig: string; log: string };
}): object {
  const { defaultUrl, visibilityUrl, ports, address, files } = parts;
  const rpc = (index: number) => ({
    grpcPort: ports[index],
    membershipPort: ports[index + services.length],
    bindOnLocalHost: true,
  });
  return {
    log: { level: 'warn', outputFile: files.log },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: {
        default: { sql: sqlStore(defaultUrl, 10) },
        visibility: { sql: sqlStore(visibilityUrl, 2) },
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(services.map((name, index) => [name, { rpc: rpc(index) }])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: address },
      },
    },
    dynamicConfigClient: { filepath: files.dynamicConfig, pollInterval: '10s' },
  };
}

/** @param maxConns of each of the four services. */
function sqlStore(databaseUrl: string, maxConns: number): object {
  const { address, user, password, databaseName, attributes } = connectionOf(databaseUrl);
  return {
    pluginName: plugin,
    databaseName,
    connectAddr: address,
    connectProtocol: 'tcp',
    connectAttributes: Object.fromEntries(attributes),
    user,
    password,
    maxConns,
    maxIdleConns: maxConns,
  };
}

/** By the script that production uses. */
async function createSchemas(programs: string, defaultUrl: string, visibilityUrl: string): Promise<void> {
  const { address, user, password, databaseName, attributes } = connectionOf(defaultUrl);
  const [host = '', port = ''] = address.split(':');
  await promisify(execFile)('sh', [join(deploy, 'schema.sh')], {
    env: {
      PATH: `${programs}:${process.env.PATH ?? ''}`,
      SQL_PLUGIN: plugin,
      SQL_HOST: host,
      SQL_PORT: port,
      SQL_USER: user,
      SQL_PASSWORD: password,
      SQL_CONNECT_ATTRIBUTES: attributes.toString(),
      TEMPORAL_DATABASE: databaseName,
      TEMPORAL_VISIBILITY_DATABASE: connectionOf(visibilityUrl).databaseName,
    },
  });
}

/** This driver takes the folder of a Unix socket from the attribute `host`. */
const plugin = 'postgres12_pgx';

function connectionOf(databaseUrl: string) {
  const url = new URL(databaseUrl);
  return {
    address: `${url.hostname}:${url.port || 5432}`,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    databaseName: url.pathname.slice(1),
    attributes: url.searchParams,
  };
}

/** What production is given, and the namespace without eager starts. */
async function dynamicConfig(lazyNamespace: string): Promise<string> {
  const shipped = await readFile(join(deploy, 'dynamic-config.yaml'), 'utf8');
  const lazy = [{ value: false, constraints: { namespace: lazyNamespace } }, { value: true }];
  return `${shipped}\n${stringify({ 'system.enableEagerWorkflowStart': lazy })}`;
}

async function serves(address: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    await connection.workflowService.describeNamespace({ namespace: 'temporal-system' });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/** The schema keeps ports in 16-bit signed columns, so the kernel's own choice, above 32767, would not do. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(10_000, 32_768);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
