import type { ChatCall } from '../contract.ts';
import { postJson, type ProviderResponse } from '../http/post-json.ts';
import { requestBody, type PrefillDialect } from './request-body.ts';

/** Sends a call to `BASE/chat/completions`, with the provider's key as a bearer token. */
export async function postChat(call: ChatCall, stream: boolean, dialect: PrefillDialect): Promise<ProviderResponse> {
  const { provider } = call.deployment;
  return postJson({
    provider,
    url: `${provider.baseUrl}/chat/completions`,
    headers: {
      accept: stream ? 'text/event-stream' : 'application/json',
      ...(provider.apiKey !== undefined && { authorization: `Bearer ${provider.apiKey}` }),
      ...call.traceHeaders,
      ...provider.headers,
    },
    body: JSON.stringify(requestBody(call, stream, dialect)),
    signal: call.signal,
    onQuota: call.onQuota,
  });
}
