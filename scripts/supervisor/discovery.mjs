const PROBE_TIMEOUT_MS = 500;
const OLLAMA_URL = 'http://127.0.0.1:11434';
const LLAMA_CPP_URL = 'http://127.0.0.1:8080';

/** Variables that hold a vendor's key. */
const VENDOR_KEYS = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_GENERATIVE_AI_API_KEY',
  'GOOGLE_API_KEY',
];

/**
 * What can answer requests on this machine, best first: a configuration file, vendors' keys, a model server, else the
 * light model that Holdfast brings.
 * @typedef {{needsLightModel: boolean, found: string, environment: Record<string, string>}} Discovery
 *   found is a line for the user; environment is handed to the gateway
 */

/**
 * @param {{hasConfigFile: boolean}} settings
 * @param {NodeJS.ProcessEnv} env
 * @param {{ollama?: string, llamaCpp?: string}} [usual] where servers usually listen
 * @returns {Promise<Discovery>}
 */
export async function discoverModels(settings, env, usual = { ollama: OLLAMA_URL, llamaCpp: LLAMA_CPP_URL }) {
  if (settings.hasConfigFile) return found(`models: as ${env.CONFIG || 'config/gateway.yaml'} says`);
  const keys = VENDOR_KEYS.filter((name) => env[name]);
  if (keys.length > 0) return found(`models: found ${keys.join(', ')}`);
  const named = ['OLLAMA_URL', 'LLAMA_CPP_URL', 'LIGHT_MODEL_URL'].find((name) => env[name]);
  if (named) return found(`models: the server that ${named} names`);

  const [ollamaModel, llamaCppModel] = await Promise.all([probeOllama(usual.ollama), probeLlamaCpp(usual.llamaCpp)]);
  if (ollamaModel) {
    const environment = { OLLAMA_URL: `${usual.ollama}/v1`, OLLAMA_MODEL: env.OLLAMA_MODEL || ollamaModel };
    return found(`models: found Ollama at ${usual.ollama} with ${environment.OLLAMA_MODEL}`, environment);
  }
  if (llamaCppModel) {
    const environment = {
      LLAMA_CPP_URL: `${usual.llamaCpp}/v1`,
      LLAMA_CPP_MODEL: env.LLAMA_CPP_MODEL || llamaCppModel,
    };
    return found(
      `models: found a llama.cpp server at ${usual.llamaCpp} with ${environment.LLAMA_CPP_MODEL}`,
      environment,
    );
  }
  const line =
    "models: no configuration file, no vendor's key, no Ollama or llama.cpp server; bringing an embedded light model";
  return { needsLightModel: true, found: line, environment: {} };
}

function found(line, environment = {}) {
  return { needsLightModel: false, found: line, environment };
}

/** Name of a model that chats (https://docs.ollama.com/api/tags); undefined where Ollama does not answer or has none. */
async function probeOllama(url) {
  const answer = await getJson(`${url}/api/tags`);
  const names = Array.isArray(answer?.models) ? answer.models.map((model) => model?.name).filter(isText) : [];
  return names.find((name) => !/embed|bge-|minilm/i.test(name));
}

/** Name of the model of a `llama-server`; another program on its usual port does not have all these marks. */
async function probeLlamaCpp(url) {
  const health = await getJson(`${url}/health`);
  if (health?.status !== 'ok') return undefined;
  const model = (await getJson(`${url}/v1/models`))?.data?.[0];
  return model?.owned_by === 'llamacpp' && isText(model.id) ? model.id : undefined;
}

async function getJson(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS), redirect: 'error' });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}
