import type { Request } from 'express';
import { GatewayError } from '../domain/errors.ts';
import type { ApiPorts, Credentials, Principal, Scope } from './ports.ts';

const bearerToken = /^Bearer +(\S+)$/i;

const noKey =
  'No API key. Send the header Authorization: Bearer KEY (or x-api-key: KEY). The key is the API_KEY setting; where ' +
  'none was set, it was printed at the first start and is kept in the data directory (DATA_DIR, ./data by default).';

function credentialsOf(req: Request): Credentials {
  const { authorization } = req.headers;
  const apiKey = req.headers['x-api-key'];
  const bearer = authorization === undefined ? undefined : bearerToken.exec(authorization)?.[1];
  if (authorization !== undefined && bearer === undefined) {
    throw new GatewayError({
      type: 'authentication_failed',
      message: 'The Authorization header must look like: Bearer KEY.',
    });
  }
  if (bearer === undefined && typeof apiKey !== 'string') {
    throw new GatewayError({ type: 'authentication_failed', message: noKey });
  }
  return {
    ip: req.ip ?? '',
    ...(bearer !== undefined && { bearer }),
    ...(typeof apiKey === 'string' && { apiKey }),
  };
}

/**
 * The caller, who must hold at least one of `scopes`. Throws `authentication_failed` (401) and `permission_denied`
 * (403). Where both headers are sent, the port judges both.
 */
export async function authenticate(ports: ApiPorts, req: Request, scopes: readonly Scope[]): Promise<Principal> {
  const principal = await ports.authenticate(credentialsOf(req));
  if (!scopes.some((scope) => principal.scopes.includes(scope))) {
    throw new GatewayError({
      type: 'permission_denied',
      message: `This key lacks the scope for this address. It needs one of: ${scopes.join(', ')}.`,
    });
  }
  return principal;
}
