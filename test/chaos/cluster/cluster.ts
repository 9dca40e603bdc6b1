import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../../support/free-port.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { startTemporalServer, type TemporalServer } from '../../support/temporal-server.ts';
import { configFor, modelNames, models } from './models.ts';
import { superviseGateway, type SupervisedGateway } from './supervised-gateway.ts';
import { startUpstreamProcess, type UpstreamProcess } from './upstream-process.ts';

/** Every process of a run. */
export interface Cluster {
  /** Serves the API; with `split`, other processes only work. */
  api: SupervisedGateway;
  workers: SupervisedGateway[];
  temporal: TemporalServer;
  namespace: string;
  /** Only where it is split. */
  redis?: RedisServer;
  /** Only where the database is one. */
  postgres?: PostgresServer;
  upstream: UpstreamProcess;
  url: string;
  headers: Record<string, string>;
  /** Where the processes' output lies; removed by `stop` unless it is to be kept. */
  folder: string;
  stop(options: { keepFolder: boolean }): Promise<void>;
}

export interface ClusterOptions {
  /** Processes that only work; 0 is the one process of `npm start`. */
  workers: number;
  /** PostgreSQL where this machine has it. */
  database: 'sqlite' | 'best';
  /** A folder of its own where absent. */
  dataDir?: string;
  say: (line: string) => void;
}

/** What stops the clusters that run now. */
const running = new Set<() => Promise<void>>();

/** Ends every process of every cluster, for a run that is cut short. */
export async function stopEverything(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}

const apiKey = 'chaos-key-0123456789abcdef';
const namespace = 'chaos';

/** Starts everything, and stops what has started when something cannot be. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-chaos-'));
  const stops: (() => Promise<void>)[] = [];
  const stopAll = async (): Promise<void> => {
    running.delete(stopAll);
    for (const stop of stops.toReversed()) await stop().catch((error: unknown) => options.say(String(error)));
  };
  running.add(stopAll);
  const started = async <T>(resource: Promise<T>, stop: (resource: T) => Promise<void>): Promise<T> => {
    const it = await resource;
    stops.push(() => stop(it));
    return it;
  };
  try {
    const upstream = await started(startUpstreamProcess(), stopIt);
    for (const model of modelNames) await upstream.script(model, models[model]);
    const temporal = await started(startTemporalServer(), stopIt);
    const redis = options.workers > 0 ? await started(startRedis(), stopIt) : undefined;
    const source = options.database === 'best' ? findPostgres() : undefined;
    const postgres = source && source.kind !== 'none' ? await started(startPostgres(source), stopIt) : undefined;
    const dataDir = options.dataDir ?? join(folder, 'data');
    await mkdir(dataDir, { recursive: true });
    const configPath = join(folder, 'gateway.yaml');
    await writeFile(configPath, stringify(configFor(upstream.url)));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      API_KEY: apiKey,
      DATA_DIR: dataDir,
      CONFIG: configPath,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: namespace,
      ...(postgres && { DATABASE_URL: await postgres.createDatabase() }),
      ...(redis && { REDIS_URL: redis.url }),
    };
    const supervise = (name: string, more: Record<string, string>, apiUrl?: string) =>
      started(
        superviseGateway({
          name,
          env: { ...env, ...more },
          ...(apiUrl && { url: apiUrl }),
          logFile: join(folder, `${name}.log`),
          say: options.say,
        }),
        stopIt,
      );
    const role = options.workers > 0 ? 'api' : 'all';
    const api = await supervise('api', { ROLE: role, PORT: String(port) }, url);
    const workers: SupervisedGateway[] = [];
    for (let number = 1; number <= options.workers; number++) {
      workers.push(await supervise(`worker-${number}`, { ROLE: 'gateway' }));
    }
    return {
      api,
      workers,
      temporal,
      namespace,
      ...(redis && { redis }),
      ...(postgres && { postgres }),
      upstream,
      url,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      folder,
      async stop({ keepFolder }) {
        await stopAll();
        if (!keepFolder) await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function stopIt(part: { stop(): Promise<void> }): Promise<void> {
  return part.stop();
}
