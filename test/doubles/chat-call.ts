import type { ChatCompletionRequest } from '../../domain/chat.ts';
import type { Deployment, Provider } from '../../domain/deployment.ts';
import type { ChatCall } from '../../providers/contract.ts';
import type { Upstream } from './upstream.ts';

/** The path under which a vendor's API begins. */
const basePaths: Record<Provider['kind'], string> = {
  openai: '/v1',
  'openai-compatible': '/v1',
  ollama: '/v1',
  'llama-cpp': '/v1',
  anthropic: '/v1',
  google: '/v1beta',
};

export const upstreamKey = 'sk-test-9f8e7d6c5b4a';

/** A deployment of the double. */
export function upstreamDeployment(
  upstream: Pick<Upstream, 'url'>,
  kind: Provider['kind'],
  changes: Partial<Provider> = {},
): Deployment {
  return {
    name: 'light',
    model: 'small-chat',
    modalities: ['chat'],
    limits: {},
    provider: {
      name: 'near',
      kind,
      baseUrl: upstream.url + basePaths[kind],
      apiKey: upstreamKey,
      headers: {},
      local: true,
      alwaysStream: false,
      ...changes,
    },
  };
}

/** A call of it that says hello, with the differences a test is about. */
export function chatCall(
  deployment: Deployment,
  changes: { body?: Partial<ChatCompletionRequest> } & Partial<Omit<ChatCall, 'body' | 'deployment'>> = {},
): ChatCall {
  const { body, ...rest } = changes;
  return {
    deployment,
    stream: true,
    signal: new AbortController().signal,
    ...rest,
    body: { model: 'auto', messages: [{ role: 'user', content: 'Say hello.' }], ...body },
  };
}
