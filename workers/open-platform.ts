import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import type { GatewayConfig } from '../domain/gateway-config.ts';
import { searchAttributeNames } from '../domain/search-attributes.ts';
import type { Artifacts } from '../platform/artifacts/contract.ts';
import { openArtifactStore } from '../platform/artifacts/open-artifact-store.ts';
import { type ConfigSource, openConfig } from '../platform/config/config-source.ts';
import { configFileOf, configLoader } from '../platform/config/load-config.ts';
import type { Settings } from '../platform/config/settings.ts';
import { createCipher } from '../platform/encryption/cipher.ts';
import { loadKeyRing } from '../platform/encryption/key-ring.ts';
import { keysTopic, type StreamHub } from '../platform/hub/contract.ts';
import { createInProcessHub } from '../platform/hub/in-process-hub.ts';
import { createRedisHub } from '../platform/hub/redis-hub.ts';
import { createLogger, type Logger } from '../platform/logger.ts';
import type { RateLimiter } from '../platform/rate-limit/contract.ts';
import { createInProcessLimiter } from '../platform/rate-limit/in-process-limiter.ts';
import { createRedisLimiter } from '../platform/rate-limit/redis-limiter.ts';
import type { Cipher, Store } from '../platform/store/contract.ts';
import { openStore } from '../platform/store/open-store.ts';
import { startTracing } from '../platform/telemetry/tracing.ts';
import { connectTemporal, type TemporalConnections } from '../platform/temporal/connect.ts';
import { createDataConverter } from '../platform/temporal/data-converter.ts';
import { ensureNamespace } from '../platform/temporal/namespace.ts';
import { version } from '../platform/version.ts';
import { whenUp } from './when-up.ts';

/** What every role stands on. */
export interface Platform {
  logger: Logger;
  config: () => GatewayConfig;
  configSource: ConfigSource;
  /** Seals with the payload keys themselves, for what belongs to no tenant. */
  cipher: Cipher;
  store: Store;
  hub: StreamHub;
  artifacts: Artifacts;
  limiter: RateLimiter;
  temporal: TemporalConnections;
  dataConverter: DataConverter;
  close(): Promise<void>;
}

export async function openPlatform(settings: Settings, environment: NodeJS.ProcessEnv): Promise<Platform> {
  const logger = createLogger(settings.logLevel);
  const configSource = await openConfig(configLoader(settings, environment), configFileOf(settings), logger);
  for (const warning of configSource.current().warnings) logger.warn({ part: 'configuration' }, warning);
  installRuntime(logger);
  const tracing = await startTracing({ otlpEndpoint: settings.otlpEndpoint, version, logger });
  const ring = await loadKeyRing({ dataDir: settings.dataDir, payloadKeys: settings.payloadKeys });
  const cipher = createCipher(ring);
  const { dataDir, databaseUrl, redisUrl, artifactsUrl } = settings;
  const store = await whenUp('the database (DATABASE_URL)', logger, () => openStore({ dataDir, databaseUrl, cipher }));
  const artifacts = await openArtifactStore({ dataDir, artifactsUrl, cipher, vault: store.vault });
  const hub = redisUrl === undefined ? createInProcessHub() : await createRedisHub({ url: redisUrl, cipher });
  await hub.subscribe(keysTopic, (message) => {
    if (message.kind === 'keys_changed') store.vault.forget(message.tenant);
  });
  const limiter =
    redisUrl === undefined ? createInProcessLimiter() : await createRedisLimiter({ url: redisUrl, logger });
  const dataConverter = createDataConverter({ vault: store.vault, master: cipher });
  const { address, namespace } = settings.temporal;
  const temporal = await whenUp(`the Temporal server at ${address} (TEMPORAL_ADDRESS)`, logger, () =>
    connectTemporal({ address, namespace, dataConverter }),
  );
  await ensureNamespace(temporal.native, namespace, {
    retentionDays: settings.retentionDays,
    searchAttributes: Object.values(searchAttributeNames),
  });
  return {
    logger,
    config: () => configSource.current(),
    configSource,
    cipher,
    store,
    hub,
    artifacts,
    limiter,
    temporal,
    dataConverter,
    close: async () => {
      configSource.close();
      await tracing.shutdown();
      await temporal.close();
      await hub.close();
      await limiter.close();
      await store.close();
    },
  };
}

/** One Rust core per process; its lines go where ours go. Messages of failures could hold content, so they stay out. */
function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', (entry: LogEntry) => {
      const level = entry.level === 'ERROR' ? 'error' : 'warn';
      const { workflowId, runId, taskQueue, activityType } = entry.meta ?? {};
      logger[level]({ part: 'temporal', workflowId, runId, taskQueue, activityType }, entry.message);
    }),
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}
