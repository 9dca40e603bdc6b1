import type { IncomingHttpHeaders } from 'node:http';
import type { Provider } from '../../domain/deployment.ts';
import { GatewayError } from '../../domain/errors.ts';

/** Throws `provider_protocol` when a 2xx answer is of another kind: a sign-in page, or a server that cannot stream. */
export function assertContentType(headers: IncomingHttpHeaders, expected: string, provider: Provider): void {
  const contentType = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (contentType === expected) return;
  throw new GatewayError({
    type: 'provider_protocol',
    message: `${provider.name} answered with ${contentType?.slice(0, 60) ?? 'no content type'} instead of ${expected}; check its baseUrl`,
  });
}
