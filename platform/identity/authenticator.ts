import { GatewayError } from '../../domain/errors.ts';
import { operatorTenant, type Principal } from '../../domain/principal.ts';
import type { ApiKeyVerifier } from './api-key-verifier.ts';
import type { TokenVerifier } from './token-verifier.ts';

export interface AuthenticatorParts {
  isFirstKey: (candidate: string) => boolean;
  apiKeys: Pick<ApiKeyVerifier, 'verify'>;
  tokens: TokenVerifier;
  isTenant: (name: string) => boolean;
}

/**
 * Who shows a key or a token from an address.
 * @throws GatewayError `authentication_failed`, `permission_denied`, and `not_ready` where it cannot be judged now.
 */
export type Authenticator = (shown: string, ip: string) => Promise<Principal>;

/** The first key, then the keys of the database, then tokens: each has a form of its own. */
export function createAuthenticator({ isFirstKey, apiKeys, tokens, isTenant }: AuthenticatorParts): Authenticator {
  return async (shown, ip) => {
    if (isFirstKey(shown)) return firstPrincipal;
    const principal = (await apiKeys.verify(shown, ip)) ?? (await tokens.verify(shown));
    if (!principal) throw new GatewayError({ type: 'authentication_failed', message: 'The API key is not valid.' });
    if (isTenant(principal.tenant)) return principal;
    throw new GatewayError({ type: 'permission_denied', message: 'The tenant of this API key is not configured.' });
  };
}

const firstPrincipal: Principal = { id: 'first-key', tenant: operatorTenant, scopes: ['admin', 'inference'] };
