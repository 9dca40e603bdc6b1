import { createKeyAdministration } from '../api/admin/administer-keys.ts';
import type { KeyAdministration } from '../api/admin/keys-port.ts';
import { ApiKeyVerifier } from '../platform/identity/api-key-verifier.ts';
import { keyMatcher } from '../platform/identity/api-key.ts';
import { type Authenticator, createAuthenticator } from '../platform/identity/authenticator.ts';
import { createTokenVerifier } from '../platform/identity/token-verifier.ts';
import type { Platform } from './open-platform.ts';

/** Who may call this process, and what admins do about it. */
export interface Identity {
  authenticate: Authenticator;
  keys: KeyAdministration;
}

export function createIdentity({ config, store, logger }: Platform, firstKey: string): Identity {
  const isTenant = (name: string): boolean => config().tenants.has(name);
  const apiKeys = new ApiKeyVerifier({
    store: store.apiKeys,
    onTouchFailed: () => logger.warn({ part: 'store' }, 'the last use of an API key could not be written'),
  });
  return {
    authenticate: createAuthenticator({
      isFirstKey: keyMatcher(firstKey),
      apiKeys,
      tokens: createTokenVerifier(() => config().auth.jwt, isTenant),
      isTenant,
    }),
    keys: createKeyAdministration({ store: store.apiKeys, config, onChange: () => apiKeys.forget() }),
  };
}
