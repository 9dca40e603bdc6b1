/**
 * Settings of the embedded Temporal server, measured on 2 cores: the defaults poll 20 times a second (50 ms for each
 * dispatched task), read cluster metadata five times a request, and spend a third of the CPU on visibility.
 */
export const TEMPORAL_DYNAMIC_CONFIG = {
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  'history.visibilityProcessorMaxPollRPS': 1,
  'history.visibilityProcessorSchedulerWorkerCount': 2,
  'system.forceSearchAttributesCacheRefreshOnRead': false,
  'frontend.namespaceRPS': 50_000,
  'frontend.rps': 50_000,
  'history.rps': 50_000,
  'matching.rps': 50_000,
  // Tenants take turns in a task queue: each request's tenant is its fairness key.
  'matching.enableFairness': true,
};

/** Write-ahead log with a sync at its checkpoints: safe against a killed process, and fast. */
const SQLITE_PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL'];

/**
 * Arguments of `temporal` for the embedded server. The namespace and its search attributes are made over the API by the
 * gateway: the command line could give them neither a retention nor, once the database exists, search attributes.
 * @param {{port: number, uiPort: number, databaseFile: string}} options the folder of databaseFile must exist
 * @returns {string[]}
 */
export function temporalArgs({ port, uiPort, databaseFile }) {
  const options = {
    ip: '127.0.0.1',
    port,
    'ui-port': uiPort,
    'db-filename': databaseFile,
    'log-level': 'error',
    // Where the gateway serves the page to operators (api/ui/temporal-proxy.ts), and where that page finds the codec.
    'ui-public-path': '/temporal',
    'ui-codec-endpoint': '/codec',
  };
  return [
    'server',
    'start-dev',
    ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    '--ui-disable-news-fetch',
    ...SQLITE_PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...Object.entries(TEMPORAL_DYNAMIC_CONFIG).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
  ];
}
