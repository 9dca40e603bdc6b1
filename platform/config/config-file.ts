import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { capabilities, type Deployment, type Provider, providerKinds } from '../../domain/deployment.ts';
import { defaultBaseUrl } from '../../domain/provider-defaults.ts';
import type { Alias, GatewayConfig, Policy, Tenant } from '../../domain/gateway-config.ts';
import { strategies, type Strategy } from '../../domain/routing/rank.ts';
import { admissionSchema, shareFields } from './admission-schema.ts';
import { authSchema } from './auth-schema.ts';
import { toBudgets, unpricedFor, writtenBudgets } from './budget-schema.ts';
import { cacheSchema } from './cache-schema.ts';
import { allowIps, edgeSchema, rateLimits } from './edge-schema.ts';
import { priceSchema } from './price-schema.ts';
import { hedgeSchema } from './hedge-schema.ts';
import { cascadeOf, verifierSchema } from './cascade-schema.ts';
import { policySchema, resolvePolicy } from './privacy-schema.ts';
import { poolFields, probeSchema, timeoutsSchema } from './pool-schema.ts';
import { withPublicFacts } from './public-catalogue.ts';
import { ConfigurationError } from './settings.ts';

const providerSchema = z.strictObject({
  kind: z.enum(providerKinds),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  apiKeyEnv: z.string().min(1).optional(),
  headers: z.record(z.string(), z.string()).default({}),
  local: z.boolean().default(false),
  alwaysStream: z.boolean().optional(),
});
const deploymentSchema = z.strictObject({
  provider: z.string(),
  model: z.string().min(1),
  modalities: z
    .array(z.enum(['chat', 'embedding', 'image', 'transcription', 'speech']))
    .nonempty()
    .default(['chat']),
  capabilities: z.array(z.enum(capabilities)).optional(),
  contextTokens: z.number().int().positive().optional(),
  maxOutputTokens: z.number().int().positive().optional(),
  price: priceSchema.optional(),
  quality: z.number().min(0).max(1).optional(),
  limits: z
    .strictObject({ concurrency: z.number().int().positive().optional(), rpm: z.number().int().positive().optional() })
    .default({}),
  timeouts: timeoutsSchema,
  probe: probeSchema.optional(),
});
const aliasSchema = z.strictObject({
  deployments: z.array(z.string()).nonempty(),
  strategy: z.enum(strategies).optional(),
  verifier: verifierSchema.optional(),
  hedge: hedgeSchema.optional(),
});
const tenantSchema = z.strictObject({
  ...shareFields,
  policy: z.string().default('default'),
  budget: writtenBudgets.optional(),
  allowIps: allowIps.optional(),
  limits: rateLimits.optional(),
});

const fileSchema = z.strictObject({
  providers: z.record(z.string().min(1), providerSchema),
  deployments: z.record(z.string().min(1), deploymentSchema),
  aliases: z.record(z.string().min(1), aliasSchema).default({}),
  policies: z.record(z.string(), policySchema).default({}),
  tenants: z.record(z.string(), tenantSchema).default({}),
  edge: edgeSchema,
  cache: cacheSchema,
  admission: admissionSchema,
  auth: authSchema,
});
/** The file's shape, as an operator writes it. */
export type ConfigFile = z.input<typeof fileSchema>;

/** @throws ConfigurationError with the path of the wrong field. */
export async function readConfigFile(path: string, environment: NodeJS.ProcessEnv): Promise<GatewayConfig> {
  const document = parseDocument(
    await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      throw new ConfigurationError(`CONFIG: cannot read ${path} (${cause.code}).`);
    }),
  );
  const [syntaxError] = document.errors;
  if (syntaxError) throw new ConfigurationError(`${path}: ${syntaxError.message}`);
  return resolveConfig(document.toJS() as unknown, environment, path);
}

/**
 * Validates what a file says and resolves every reference in it.
 * @throws ConfigurationError with the path of the wrong field.
 */
export function resolveConfig(raw: unknown, environment: NodeJS.ProcessEnv, source: string): GatewayConfig {
  const parsed = fileSchema.safeParse(raw);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.') || '(top level)'}: ${issue.message}`);
    throw new ConfigurationError(`${source} is not valid:\n${lines.join('\n')}`);
  }
  const file = parsed.data;
  const fail = (field: string, message: string): never => {
    throw new ConfigurationError(`${source} is not valid:\n  ${field}: ${message}`);
  };

  const warnings: string[] = [];
  const providers = mapEntries(file.providers, (name, entry): Provider => {
    const apiKey = entry.apiKeyEnv === undefined ? undefined : environment[entry.apiKeyEnv];
    const baseUrl = entry.baseUrl ?? defaultBaseUrl(entry.kind);
    if (baseUrl === undefined) fail(`providers.${name}.baseUrl`, `needed for kind '${entry.kind}'`);
    return {
      name,
      kind: entry.kind,
      baseUrl: (baseUrl ?? '').replace(/\/+$/, ''),
      ...(apiKey && { apiKey }),
      headers: entry.headers,
      local: entry.local,
      alwaysStream: entry.alwaysStream ?? false,
    };
  });
  const deployments = mapEntries(file.deployments, (name, entry): Deployment => {
    const provider =
      providers.get(entry.provider) ?? fail(`deployments.${name}.provider`, `no provider named '${entry.provider}'`);
    const { capabilities: can, contextTokens, maxOutputTokens, price, quality, limits, model, modalities } = entry;
    return withPublicFacts({
      name,
      provider,
      model,
      modalities,
      ...(can && { capabilities: can }),
      ...(contextTokens !== undefined && { contextTokens }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      ...(price && { price }),
      ...(quality !== undefined && { quality }),
      limits: definedOnly(limits),
      ...poolFields(entry),
    });
  });
  const aliases = mapEntries(file.aliases, (name, entry): Alias => {
    const unknown = entry.deployments.find((deployment) => !deployments.has(deployment));
    if (unknown !== undefined) fail(`aliases.${name}.deployments`, `no deployment named '${unknown}'`);
    const { strategy } = entry;
    const { hedge } = entry;
    if (hedge && strategy === 'cascade') fail(`aliases.${name}.hedge`, "does not go with strategy 'cascade'");
    const cascade = strategy === 'cascade' ? cascadeOf(entry.verifier) : undefined;
    const judge = cascade?.verifier.judge?.deployment;
    if (entry.verifier && !cascade) fail(`aliases.${name}.verifier`, "goes with strategy 'cascade' only");
    if (judge !== undefined && !deployments.has(judge)) {
      fail(`aliases.${name}.verifier.judge.deployment`, `no deployment named '${judge}'`);
    }
    const unpriced = entry.deployments.find((deployment) => isUnpriced(deployments.get(deployment)));
    if (unpriced !== undefined && strategy !== undefined && weighsCost.includes(strategy)) {
      warnings.push(`aliases.${name}.strategy '${strategy}': the price of '${unpriced}' is unknown and counts as none`);
    }
    return {
      name,
      deployments: entry.deployments,
      ...(strategy && { strategy }),
      ...(cascade && { cascade }),
      ...(hedge && { hedge }),
    };
  });
  const policies = mapEntries({ default: policySchema.parse({}), ...file.policies }, (name, entry): Policy =>
    resolvePolicy(name, entry, dirname(source), fail),
  );
  const tenants = mapEntries({ default: tenantSchema.parse({}), ...file.tenants }, (name, entry): Tenant => {
    if (!policies.has(entry.policy)) fail(`tenants.${name}.policy`, `no policy named '${entry.policy}'`);
    const { policy, priority, weight, allowIps: ranges, limits, budget } = entry;
    const tenant = {
      name,
      policy,
      priority,
      weight,
      ...(ranges && { allowIps: ranges }),
      ...(limits && { limits }),
      ...(budget && { budgets: toBudgets(budget) }),
    };
    const [unpriced] = unpricedFor(tenant, policies.get(policy), deployments.values());
    if (unpriced !== undefined) {
      fail(`deployments.${unpriced}.price`, `unknown, and tenants.${name}.budget cannot be kept without it; give it`);
    }
    return tenant;
  });
  for (const [index, { tenant }] of file.auth.jwt.entries()) {
    const isMissing = tenant.kind === 'fixed' && !tenants.has(tenant.name);
    if (isMissing) fail(`auth.jwt.${index}.tenant`, `no tenant named '${tenant.name}'`);
  }
  if (deployments.size === 0) fail('deployments', 'at least one is needed');
  return {
    deployments,
    aliases: withAuto(aliases, deployments),
    policies,
    tenants,
    edge: file.edge,
    cache: file.cache,
    admission: file.admission,
    auth: file.auth,
    warnings,
  };
}

/**
 * `auto` stands for every chat deployment in the file's order, and `auto:cheap`, `auto:fast` and `auto:best` for those
 * of `auto` by one aim, unless the file says otherwise.
 */
function withAuto(aliases: Map<string, Alias>, deployments: Map<string, Deployment>): Map<string, Alias> {
  const chat = [...deployments.values()].filter((deployment) => deployment.modalities.includes('chat'));
  const auto = aliases.get('auto') ?? { name: 'auto', deployments: chat.map(({ name }) => name) };
  if (auto.deployments.length === 0) return aliases;
  const byAim = autoByAim.map(([name, strategy]): Alias => ({ name, deployments: auto.deployments, strategy }));
  return new Map([...[auto, ...byAim].map((alias) => [alias.name, alias] as const), ...aliases]);
}

const autoByAim: readonly (readonly [string, Strategy])[] = [
  ['auto:cheap', 'cheapest'],
  ['auto:fast', 'fastest'],
  ['auto:best', 'best'],
];
/** Strategies for which an unknown price would be a bargain. */
const weighsCost: readonly Strategy[] = ['balanced', 'cheapest', 'cascade'];

function isUnpriced(deployment: Deployment | undefined): boolean {
  return deployment !== undefined && !deployment.price && !deployment.provider.local;
}

function mapEntries<In, Out>(entries: Record<string, In>, convert: (name: string, entry: In) => Out): Map<string, Out> {
  return new Map(Object.entries(entries).map(([name, entry]) => [name, convert(name, entry)]));
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };
function definedOnly<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
