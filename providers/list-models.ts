import { request } from 'undici';
import type { Provider } from '../domain/deployment.ts';
import { GatewayError } from '../domain/errors.ts';
import { providerAgent } from './http/agent.ts';
import { decodedBody } from './http/decoded-body.ts';
import { errorFromException } from './http/error-from-exception.ts';
import { errorFromResponse } from './http/error-from-response.ts';
import { maxAnswerBytes } from './http/limits.ts';
import { readText } from './http/read-text.ts';
import { isRecord, parseJson, stringAt } from './json.ts';

/**
 * Names of the models that a provider offers: `GET BASE/models` of OpenAI, Anthropic, Google, Ollama, vLLM and
 * llama.cpp, which costs nothing. Some list only their first page.
 * @throws GatewayError of a `provider_*` type, or the signal's reason.
 */
export async function listModels(provider: Provider, signal: AbortSignal): Promise<string[]> {
  try {
    const { statusCode, headers, body } = await request(`${provider.baseUrl}/models`, {
      dispatcher: providerAgent,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...keyHeaders(provider),
        ...provider.headers,
      },
      signal,
    });
    body.on('error', () => {});
    const encoding = headers['content-encoding'];
    const bodyText = await readText(
      decodedBody(body, Array.isArray(encoding) ? encoding.join() : encoding),
      maxAnswerBytes,
      'reject',
    );
    if (statusCode !== 200) throw errorFromResponse({ provider, status: statusCode, headers, bodyText });
    return namesIn(parseJson(bodyText), provider);
  } catch (error) {
    throw errorFromException(error, { provider, signal, phase: 'before-answer' });
  }
}

function keyHeaders({ kind, apiKey }: Provider): Record<string, string> {
  if (kind === 'anthropic') return { 'anthropic-version': '2023-06-01', ...(apiKey && { 'x-api-key': apiKey }) };
  if (apiKey === undefined) return {};
  return kind === 'google' ? { 'x-goog-api-key': apiKey } : { authorization: `Bearer ${apiKey}` };
}

/** OpenAI's and Anthropic's `{"data":[{"id"}]}`, Google's `{"models":[{"name":"models/…"}]}`. */
function namesIn(value: unknown, provider: Provider): string[] {
  const list = isRecord(value) ? (value['data'] ?? value['models']) : undefined;
  if (!Array.isArray(list)) {
    const message = `${provider.name}: its answer is not a list of models; check its baseUrl`;
    throw new GatewayError({ type: 'provider_protocol', message });
  }
  return list
    .filter(isRecord)
    .map((entry) => stringAt(entry, 'id') ?? stringAt(entry, 'name')?.replace(/^models\//, '') ?? '');
}
