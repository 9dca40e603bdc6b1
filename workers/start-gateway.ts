import { Registry } from 'prom-client';
import { BudgetDesk } from '../activities/budget-desk.ts';
import { createActivities } from '../activities/create-activities.ts';
import type { Dependencies } from '../activities/dependencies.ts';
import { createSweep } from '../activities/sweep.ts';
import { createContentGuards } from '../activities/content-guards.ts';
import { createHedgeBudget } from '../activities/hedge-budget.ts';
import { createDeploymentLimits } from '../activities/deployment-limits.ts';
import { LivePool } from '../activities/live-stats.ts';
import { startHealthProbes } from '../activities/health-probes.ts';
import { sharePool } from '../activities/pool-sharing.ts';
import { createProbe } from '../activities/probe-deployment.ts';
import { createRouter } from '../activities/router.ts';
import { createConfigAdministration } from '../api/admin/administer-config.ts';
import { createDeploymentAdministration } from '../api/admin/administer-deployments.ts';
import { createApp } from '../api/app.ts';
import { Admission } from '../api/requests/admission.ts';
import { createPorts } from '../api/requests/create-ports.ts';
import { createOperatorPages } from '../api/ui/operator-pages.ts';
import type { RequestServices } from '../api/requests/services.ts';
import { readQualityModel } from '../platform/config/quality-model-file.ts';
import { dataPaths, type Settings } from '../platform/config/settings.ts';
import { firstKey } from '../platform/identity/api-key.ts';
import { createUrlGuard } from '../platform/net/url-guard.ts';
import { qualityModelInfo } from '../platform/telemetry/quality-model-info.ts';
import { createStepMetrics } from '../platform/telemetry/step-metrics.ts';
import { workflowBundle } from '../platform/temporal/workflow-bundle.ts';
import { version } from '../platform/version.ts';
import { adapterFor } from '../providers/adapter-for.ts';
import { withInlineImages } from '../providers/inline-images.ts';
import { type RunningAudit, startAudit } from './audit.ts';
import { createGatewayWorker } from './gateway-worker.ts';
import { createIdentity } from './identity.ts';
import { listen, type Listener } from './listen.ts';
import { openPlatform, type Platform } from './open-platform.ts';
import { createReadiness } from './readiness.ts';
import { RunningWorker } from './running-worker.ts';
import { scheduleSweep, workflowState } from './sweep-schedule.ts';
import { startSweeper } from './sweeper.ts';
import { welcome } from './welcome.ts';

export interface Gateway {
  /** Address of the API; undefined for a role without one. */
  url?: string;
  /** Settles when the worker has ended: normally after `stop`, with an error when it failed. */
  ended: Promise<void>;
  /** Reads the configuration file and the certificate again; a wrong one is logged and changes nothing. */
  reload(): void;
  /** Refuses new requests, lets those in flight finish or hands them over, then closes everything. */
  stop(reason: string): Promise<void>;
}

/** Time for clients to see readyz turn 503 and for open answers to end. */
const drainTimeoutMs = 10_000;

/**
 * Starts the parts of one process in the order in which they need each other.
 * @throws ConfigurationError where settings or configuration are wrong.
 */
export async function startGateway(settings: Settings, environment: NodeJS.ProcessEnv): Promise<Gateway> {
  const startedAt = new Date();
  const platform = await openPlatform(settings, environment);
  const { logger, config, store, hub, artifacts, temporal, dataConverter } = platform;
  const registry = new Registry();
  const live = new LivePool();
  const pool = await sharePool({ config: platform.configSource, live, hub, store, logger });
  const probe = createProbe({ adapterFor, live });
  const stopProbing = startHealthProbes({ config, live, hub, probe, logger });
  const guards = createContentGuards(config);
  const qualityModel = readQualityModel(dataPaths(settings.dataDir).qualityModel);
  qualityModelInfo(registry, qualityModel);
  const router = createRouter({ config, live, qualityModel });
  const urlGuard = createUrlGuard();
  const imageFetching = { urlGuard, maxImagePixels: () => config().edge.maxImagePixels };
  const budgets = new BudgetDesk({ accounts: store.accounts });
  const dependencies: Dependencies = {
    config,
    store,
    hub,
    artifacts,
    adapterFor: (kind) => withInlineImages(adapterFor(kind), imageFetching),
    urlGuard,
    guards,
    budgets,
    limits: createDeploymentLimits(live),
    hedges: createHedgeBudget(),
    live,
    router,
    logger,
    metrics: createStepMetrics(registry),
  };
  const worker = new RunningWorker(
    await createGatewayWorker({
      connection: temporal.native,
      namespace: settings.temporal.namespace,
      dataConverter,
      workflowBundle: await workflowBundle(dataPaths(settings.dataDir).cache),
      activities: {
        ...createActivities(dependencies),
        ...createSweep(dependencies, {
          workflowState: (requestId) => workflowState(temporal.operator, requestId),
          retentionDays: settings.retentionDays,
        }),
      },
      maxConcurrentRequests: settings.maxConcurrentRequests,
    }),
  );

  let listener: Listener | undefined;
  let audit: RunningAudit | undefined;
  let draining = false;
  if (settings.role !== 'gateway') {
    const services = requestServices(settings, platform, { urlGuard, live, router, budgets, guards });
    const { key, generated } = await firstKey(settings.apiKey, dataPaths(settings.dataDir).apiKeyFile);
    const ready = createReadiness([
      {
        part: 'temporal',
        check: () =>
          temporal.operator.connection
            .ensureConnected()
            .then(() => temporal.operator.workflowService.getSystemInfo({})),
      },
      { part: 'store', check: () => store.ping() },
      { part: 'artifacts', check: () => artifacts.ping() },
      { part: 'worker', check: async () => worker.assertPolling() },
    ]);
    audit = await startAudit(platform, settings.auditSigningKey, registry);
    const ports = createPorts(services, {
      audit: audit.administration,
      ...createIdentity(platform, key),
      pages: createOperatorPages(platform.cipher, settings.temporal.uiUrl),
      limiter: platform.limiter,
      deployments: createDeploymentAdministration({ config, live, pool, probe }),
      config: createConfigAdministration(platform.configSource, hub),
      ready,
      startedAt,
    });
    const app = createApp(ports, {
      logger,
      registry,
      draining: () => draining,
      version,
      trustProxy: settings.trustedProxies,
    });
    listener = await listen(app, settings, logger);
    void scheduleSweep(temporal.operator, logger);
    startSweeper(services, logger);
    welcome({ settings, config: config(), url: listener.url, key, generated });
  } else {
    welcome({ settings, config: config() });
  }
  logger.info({ role: settings.role, version }, 'gateway started');

  return {
    ...(listener && { url: listener.url }),
    ended: worker.ended,
    reload: () => {
      platform.configSource.tryReload();
      listener?.checkCertificate();
    },
    async stop(reason) {
      logger.info({ reason }, 'gateway stopping');
      draining = true;
      await listener?.drain(drainTimeoutMs);
      await worker.stop();
      await audit?.stop();
      stopProbing();
      await pool.stop();
      await platform.close();
      logger.info('gateway stopped');
    },
  };
}

function requestServices(
  settings: Settings,
  { config, store, hub, artifacts, temporal, logger }: Platform,
  routing: Pick<RequestServices, 'urlGuard' | 'live' | 'router' | 'budgets' | 'guards'>,
): RequestServices {
  return {
    config,
    store,
    hub,
    artifacts,
    temporal,
    logger,
    namespace: settings.temporal.namespace,
    admission: new Admission(settings.maxConcurrentRequests, () => config().admission, hub),
    ...routing,
  };
}
