import { join, resolve } from 'node:path';
import { isIP } from 'node:net';
import { z } from 'zod';
import { parseIpRange } from '../net/ip-range.ts';

/** A wrong setting or configuration file: the process prints the message and exits with code 78 (EX_CONFIG). */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

const roles = ['all', 'api', 'gateway'] as const;
type Role = (typeof roles)[number];

const port = z.coerce.number().int().min(0).max(65_535);
const positiveInteger = z.coerce.number().int().positive();
const blankIsAbsent = (value: unknown) => (value === '' ? undefined : value);
const optionalText = z.preprocess(blankIsAbsent, z.string().optional());

const environmentSchema = z.object({
  PORT: z.preprocess(blankIsAbsent, port.default(8080)),
  HOST: z.preprocess(blankIsAbsent, z.string().default('127.0.0.1')),
  API_KEY: optionalText,
  DATA_DIR: z.preprocess(blankIsAbsent, z.string().default('./data')),
  CONFIG: optionalText,
  TEMPORAL_ADDRESS: optionalText,
  TEMPORAL_NAMESPACE: z.preprocess(blankIsAbsent, z.string().default('holdfast')),
  TEMPORAL_UI_URL: z.preprocess(blankIsAbsent, z.url({ protocol: /^https?$/ }).optional()),
  DATABASE_URL: optionalText,
  REDIS_URL: optionalText,
  ARTIFACTS_URL: optionalText,
  PAYLOAD_KEYS: optionalText,
  AUDIT_SIGNING_KEY: optionalText,
  ROLE: z.preprocess(blankIsAbsent, z.enum(roles).default('all')),
  TLS_CERT: optionalText,
  TLS_KEY: optionalText,
  TLS_TERMINATED_BY_PROXY: optionalText,
  TRUSTED_PROXIES: optionalText,
  MAX_CONCURRENT_REQUESTS: z.preprocess(blankIsAbsent, positiveInteger.default(200)),
  RETENTION_DAYS: z.preprocess(blankIsAbsent, positiveInteger.default(30)),
  LOG_LEVEL: z.preprocess(blankIsAbsent, z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.preprocess(blankIsAbsent, z.url({ protocol: /^https?$/ }).optional()),
});

/** Everything the environment says, validated once; the only place that reads it. */
export interface Settings {
  host: string;
  port: number;
  apiKey?: string;
  dataDir: string;
  /** Undefined: no file was named, and the embedded default is used where `config/gateway.yaml` does not exist. */
  configPath?: string;
  temporal: { address: string; namespace: string; uiUrl?: string };
  databaseUrl?: string;
  redisUrl?: string;
  artifactsUrl?: string;
  payloadKeys?: string;
  /** Seed of the key that signs the audit log, 32 bytes in base64; undefined: the database holds one, sealed. */
  auditSigningKey?: string;
  role: Role;
  tls?: { certPath: string; keyPath: string };
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed, and Express's names of private ranges. */
  trustedProxies: string[];
  /** Requests in flight in this process before new ones are told to come back. */
  maxConcurrentRequests: number;
  retentionDays: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Base address of an OpenTelemetry collector that takes OTLP/HTTP; undefined: no traces. */
  otlpEndpoint?: string;
}

/** @throws ConfigurationError naming the variable and what it should be. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ConfigurationError(`${issue?.path.join('.') ?? 'environment'}: ${issue?.message ?? 'invalid'}`);
  }
  const env = parsed.data;
  const settings: Settings = {
    host: env.HOST,
    port: env.PORT,
    ...(env.API_KEY && { apiKey: env.API_KEY }),
    dataDir: resolve(env.DATA_DIR),
    ...(env.CONFIG && { configPath: resolve(env.CONFIG) }),
    temporal: {
      address: env.TEMPORAL_ADDRESS ?? missingTemporal(),
      namespace: env.TEMPORAL_NAMESPACE,
      ...(env.TEMPORAL_UI_URL && { uiUrl: env.TEMPORAL_UI_URL }),
    },
    ...(env.DATABASE_URL && { databaseUrl: env.DATABASE_URL }),
    ...(env.REDIS_URL && { redisUrl: env.REDIS_URL }),
    ...(env.ARTIFACTS_URL && { artifactsUrl: env.ARTIFACTS_URL }),
    ...(env.PAYLOAD_KEYS && { payloadKeys: env.PAYLOAD_KEYS }),
    ...(env.AUDIT_SIGNING_KEY && { auditSigningKey: env.AUDIT_SIGNING_KEY }),
    role: env.ROLE,
    ...tlsOf(env),
    trustedProxies: trustedProxiesOf(env.TRUSTED_PROXIES ?? ''),
    maxConcurrentRequests: env.MAX_CONCURRENT_REQUESTS,
    retentionDays: env.RETENTION_DAYS,
    logLevel: env.LOG_LEVEL,
    ...(env.OTEL_EXPORTER_OTLP_ENDPOINT && { otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT }),
  };
  refuseOpenDoor(settings, env.TLS_TERMINATED_BY_PROXY === '1');
  if (settings.role === 'gateway' && !settings.redisUrl) {
    throw new ConfigurationError('ROLE=gateway streams to the API processes through Redis: set REDIS_URL.');
  }
  return settings;
}

function missingTemporal(): never {
  throw new ConfigurationError(
    'TEMPORAL_ADDRESS: no Temporal server. `npm start` brings an embedded one; without it name a cluster, e.g. 127.0.0.1:7233.',
  );
}

function tlsOf(env: { TLS_CERT?: string | undefined; TLS_KEY?: string | undefined }): Pick<Settings, 'tls'> {
  if (!env.TLS_CERT && !env.TLS_KEY) return {};
  if (!env.TLS_CERT || !env.TLS_KEY) throw new ConfigurationError('TLS_CERT and TLS_KEY: set both, or neither.');
  return { tls: { certPath: resolve(env.TLS_CERT), keyPath: resolve(env.TLS_KEY) } };
}

/** Of Express: 127.0.0.0/8 and ::1; 169.254.0.0/16 and fe80::/10; the private ranges of IPv4 and fc00::/7. */
const namedRanges = ['loopback', 'linklocal', 'uniquelocal'];

function trustedProxiesOf(list: string): string[] {
  const entries = list.split(',').flatMap((entry) => entry.trim() || []);
  for (const entry of entries) {
    if (namedRanges.includes(entry)) continue;
    const range = parseIpRange(entry);
    if (!range) throw new ConfigurationError(`TRUSTED_PROXIES: '${entry}' is no IP address or range.`);
    if (range.prefix === 0) {
      throw new ConfigurationError(
        `TRUSTED_PROXIES: '${entry}' would believe everybody, and any caller could take any address. Name your proxies.`,
      );
    }
  }
  return entries;
}

function refuseOpenDoor(settings: Settings, terminatedByProxy: boolean): void {
  if (isLoopback(settings.host) || settings.tls || settings.role === 'gateway') return;
  if (terminatedByProxy && settings.trustedProxies.length > 0) return;
  throw new ConfigurationError(
    `HOST=${settings.host} is reachable from other machines, and keys would cross the network in plain text. ` +
      'Set TLS_CERT and TLS_KEY, or TLS_TERMINATED_BY_PROXY=1 together with TRUSTED_PROXIES.',
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Where the parts of DATA_DIR lie. */
export function dataPaths(dataDir: string) {
  return {
    apiKeyFile: join(dataDir, 'keys', 'api-key'),
    cache: join(dataDir, 'cache'),
    qualityModel: join(dataDir, 'models', 'quality-model.json'),
  };
}
