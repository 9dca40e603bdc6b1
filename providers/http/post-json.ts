import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { request } from 'undici';
import type { Provider } from '../../domain/deployment.ts';
import type { ReportedQuota } from '../../domain/routing/figures.ts';
import { providerAgent } from './agent.ts';
import { decodedBody } from './decoded-body.ts';
import { errorFromException } from './error-from-exception.ts';
import { errorFromResponse } from './error-from-response.ts';
import { maxErrorBodyBytes, maxErrorBodyMs } from './limits.ts';
import { quotaFrom } from './rate-limit-headers.ts';
import { readText } from './read-text.ts';

interface ProviderRequest {
  provider: Provider;
  url: string;
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
  signal: AbortSignal;
  onQuota?: ((quota: ReportedQuota) => void) | undefined;
}

export interface ProviderResponse {
  headers: IncomingHttpHeaders;
  /** Decompressed, unread. Destroying it closes the connection. */
  body: Readable;
}

/**
 * Sends one POST and resolves with a 2xx answer whose body is still to be read. Everything else rejects as a
 * `provider_*` GatewayError, or with the signal's reason.
 */
export async function postJson(call: ProviderRequest): Promise<ProviderResponse> {
  const { provider, signal } = call;
  const answer = await request(call.url, {
    dispatcher: providerAgent,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity', ...call.headers },
    body: call.body,
    signal,
  }).catch((error: unknown) => {
    throw errorFromException(error, { provider, signal, phase: 'before-answer' });
  });
  const { statusCode, headers } = answer;
  const quota = call.onQuota && quotaFrom(headers, Date.now());
  if (quota) call.onQuota?.(quota);
  // Whoever reads sees errors as rejections; a body that is destroyed unread must not take the process down with it.
  answer.body.on('error', () => {});
  const encoding = headers['content-encoding'];
  const body = decodedBody(answer.body, Array.isArray(encoding) ? encoding.join() : encoding);
  if (statusCode >= 200 && statusCode < 300) return { headers, body };

  const timer = setTimeout(() => body.destroy(), maxErrorBodyMs);
  const text = await readText(body, maxErrorBodyBytes, 'cut').catch(() => '');
  clearTimeout(timer);
  signal.throwIfAborted();
  throw errorFromResponse({ provider, status: statusCode, headers, bodyText: text });
}
