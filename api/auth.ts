import type { Request } from 'express';
import { GatewayError } from '../domain/errors.ts';
import type { ApiPorts, Credentials, Principal, Scope } from './ports.ts';
import { sessionCredentials } from './ui/session-credentials.ts';

const bearerToken = /^Bearer +(\S+)$/i;

const noKey =
  'No API key. Send the header Authorization: Bearer KEY (or x-api-key: KEY). The key is the API_KEY setting; where ' +
  'none was set, it was printed at the first start and is kept in the data directory (DATA_DIR, ./data by default).';

/** A proxy on the way may look at one header only, so two that differ are not for us to choose from. */
function credentialsOf(req: Request): Credentials {
  const { authorization } = req.headers;
  const apiKey = req.headers['x-api-key'];
  const bearer = authorization === undefined ? undefined : bearerToken.exec(authorization)?.[1];
  if (authorization !== undefined && bearer === undefined) {
    throw refused('The Authorization header must look like: Bearer KEY.');
  }
  const [shown, other] = [bearer, apiKey].filter((key) => typeof key === 'string');
  if (shown === undefined) throw refused(noKey);
  if (other !== undefined && other !== shown) {
    throw refused('Authorization and x-api-key hold different keys. Send one of them.');
  }
  return { shown, ip: req.ip ?? '' };
}

function refused(message: string): GatewayError {
  return new GatewayError({ type: 'authentication_failed', message });
}

/**
 * The caller, where `takesSession` also one whose browser has signed in. Throws `authentication_failed` (401) and what
 * the port throws.
 */
export async function authenticate(ports: ApiPorts, req: Request, takesSession: boolean): Promise<Principal> {
  const credentials = (takesSession ? sessionCredentials(ports, req) : undefined) ?? credentialsOf(req);
  return { ...(await ports.authenticate(credentials)), ip: credentials.ip };
}

/** Throws `permission_denied` (403) for a caller who holds none of `scopes`. */
export function assertScope(principal: Principal, scopes: readonly Scope[]): void {
  if (!scopes.some((scope) => principal.scopes.includes(scope))) {
    throw new GatewayError({
      type: 'permission_denied',
      message: `This key lacks the scope for this address. It needs one of: ${scopes.join(', ')}.`,
    });
  }
}
