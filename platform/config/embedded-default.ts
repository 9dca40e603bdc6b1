import { resolveConfig, type ConfigFile } from './config-file.ts';
import type { GatewayConfig } from '../../domain/gateway-config.ts';
import { ConfigurationError } from './settings.ts';

/** Vendors whose keys people keep in their environment, with the models `auto` stands for: light first. */
const vendors = [
  {
    name: 'openai',
    kind: 'openai',
    keys: ['OPENAI_API_KEY'],
    baseUrl: (environment: NodeJS.ProcessEnv) => environment.OPENAI_BASE_URL,
    models: ['gpt-5.4-mini', 'gpt-5.5'],
  },
  {
    name: 'anthropic',
    kind: 'anthropic',
    keys: ['ANTHROPIC_API_KEY'],
    // The vendor's own clients read this variable without the version.
    baseUrl: ({ ANTHROPIC_BASE_URL: root }: NodeJS.ProcessEnv) => root && `${root.replace(/\/+$/, '')}/v1`,
    models: ['claude-haiku-5-5', 'claude-sonnet-5-5'],
  },
  {
    name: 'google',
    kind: 'google',
    keys: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY'],
    baseUrl: () => undefined,
    models: ['gemini-3.8-flash', 'gemini-pro-latest'],
  },
] as const;

/** Servers on this machine, found by whoever started the process: base URL and model name for each. */
const servers = [
  { name: 'ollama', kind: 'ollama', url: 'OLLAMA_URL', model: 'OLLAMA_MODEL' },
  { name: 'llama-cpp', kind: 'llama-cpp', url: 'LLAMA_CPP_URL', model: 'LLAMA_CPP_MODEL' },
] as const;

/**
 * The configuration of a machine without a configuration file: vendors whose keys are in the environment, else a model
 * server on its usual port, else the light model that came with the start.
 * @throws ConfigurationError where there is none of them.
 */
export function embeddedDefault(environment: NodeJS.ProcessEnv): GatewayConfig {
  const file = vendorFile(environment) ?? serverFile(environment) ?? lightModelFile(environment);
  if (!file) {
    throw new ConfigurationError(
      'No model to answer with. Set a vendor key (OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY), run Ollama or a ' +
        'llama.cpp server, write config/gateway.yaml, or start with `npm start`, which brings a light model.',
    );
  }
  return resolveConfig(file, environment, 'the embedded default');
}

function vendorFile(environment: NodeJS.ProcessEnv): ConfigFile | undefined {
  const found = vendors.flatMap((vendor) => {
    const apiKeyEnv = vendor.keys.find((key) => environment[key]);
    if (apiKeyEnv === undefined) return [];
    const baseUrl = vendor.baseUrl(environment);
    return [
      {
        name: vendor.name,
        models: vendor.models,
        provider: { kind: vendor.kind, apiKeyEnv, ...(baseUrl && { baseUrl }) },
      },
    ];
  });
  if (found.length === 0) return undefined;
  return {
    providers: Object.fromEntries(found.map(({ name, provider }) => [name, provider])),
    deployments: Object.fromEntries(
      found.flatMap(({ name, models }) => models.map((model) => [model, { provider: name, model }])),
    ),
    aliases: { auto: { deployments: orderedByWeight(found) } },
  };
}

/** Every vendor's light model before any vendor's large one. */
function orderedByWeight(found: readonly { models: readonly string[] }[]): [string, ...string[]] {
  const [first, ...rest] = [0, 1].flatMap((weight) => found.flatMap(({ models }) => models[weight] ?? []));
  if (first === undefined) throw new RangeError('vendors have models');
  return [first, ...rest];
}

function serverFile(environment: NodeJS.ProcessEnv): ConfigFile | undefined {
  const server = servers.find(({ url }) => environment[url]);
  if (!server) return undefined;
  const model = environment[server.model] ?? 'default';
  return {
    providers: { [server.name]: { kind: server.kind, baseUrl: environment[server.url], local: true } },
    deployments: { [model]: { provider: server.name, model } },
    aliases: { auto: { deployments: [model] } },
  };
}

function lightModelFile(environment: NodeJS.ProcessEnv): ConfigFile | undefined {
  const baseUrl = environment.LIGHT_MODEL_URL;
  if (!baseUrl) return undefined;
  const model = environment.LIGHT_MODEL_NAME ?? 'smollm2-135m-instruct';
  return {
    // The server cancels only streams, so it is always asked for one.
    providers: { embedded: { kind: 'openai-compatible', baseUrl, local: true, alwaysStream: true } },
    deployments: {
      [model]: {
        provider: 'embedded',
        model,
        capabilities: ['json', 'prefill'],
        contextTokens: 2048,
        price: { inputUsdPerMTok: 0, outputUsdPerMTok: 0 },
      },
    },
    aliases: { auto: { deployments: [model] } },
  };
}
