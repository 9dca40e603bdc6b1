/** The settings of `npm start`, for `--help`. */
const SETTINGS = [
  ['PORT, HOST', '8080, 127.0.0.1', 'listening address; a HOST that others can reach needs TLS'],
  ['API_KEY', 'made at first start', 'first key, with the scopes admin and inference'],
  ['DATA_DIR, MODELS_DIR', './data, DATA_DIR/models', 'everything that must survive; model files'],
  ['CONFIG', 'config/gateway.yaml', 'deployments, aliases, policies, tenants'],
  ['TEMPORAL_ADDRESS', 'embedded server', 'an existing Temporal server'],
  ['TEMPORAL_NAMESPACE', 'holdfast', 'its namespace'],
  ['TEMPORAL_UI_PORT', '8233', 'web page of the embedded server; operators sign in at /temporal of the gateway'],
  ['DATABASE_URL', 'SQLite file', 'PostgreSQL'],
  ['REDIS_URL', 'in this process', 'Redis, for streams between processes'],
  ['ARTIFACTS_URL', 'files', 'file:///path'],
  ['ROLE', 'all', 'all, api (API and its worker), gateway (worker alone)'],
  ['TLS_CERT, TLS_KEY', '', 'PEM files'],
  ['OPENAI_API_KEY, ...', '', "a vendor's key makes its models available (also ANTHROPIC_API_KEY, GEMINI_API_KEY)"],
  ['TEMPORAL_CLI_PATH', 'found or fetched', 'the `temporal` program'],
  ['LIGHT_MODEL_PATH', 'fetched', 'a GGUF file for the embedded light model'],
  ['LIGHT_MODEL_PYTHON', 'made in the cache', 'a Python that has the model runtime'],
  ['HOLDFAST_CACHE', '~/.cache/holdfast', 'where fetched programs are kept'],
];

/**
 * @param {string[]} args
 * @returns {{kind: 'run' | 'help' | 'version'} | {kind: 'unknown', argument: string}}
 */
export function parseCommandLine(args) {
  const unknown = args.find((arg) => !['--help', '-h', '--version', '-v'].includes(arg));
  if (unknown !== undefined) return { kind: 'unknown', argument: unknown };
  if (args.includes('--help') || args.includes('-h')) return { kind: 'help' };
  if (args.length > 0) return { kind: 'version' };
  return { kind: 'run' };
}

/** The text of `npm start -- --help`. */
export function usage() {
  const widths = [0, 1].map((column) => Math.max(...SETTINGS.map((row) => row[column].length)));
  const rows = SETTINGS.map(
    ([name, standard, meaning]) => `  ${name.padEnd(widths[0])}  ${standard.padEnd(widths[1])}  ${meaning}`,
  );
  return [
    'Usage: npm start                 set up what is missing, then serve',
    '       npm start -- --version    print the version',
    '       npm start -- --help       print this',
    '',
    'Settings are environment variables (name, default, meaning):',
    ...rows,
  ].join('\n');
}
