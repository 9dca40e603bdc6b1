import { createKeyAdministration } from '../../../api/admin/administer-keys.ts';
import type { Principal, Scope } from '../../../api/ports.ts';
import { operatorTenant } from '../../../domain/principal.ts';
import { ApiKeyVerifier } from '../../../platform/identity/api-key-verifier.ts';
import { createAuthenticator } from '../../../platform/identity/authenticator.ts';
import { createTokenVerifier } from '../../../platform/identity/token-verifier.ts';
import { FakeApiKeyStore } from '../../doubles/api-key-store.ts';
import { fakeConfig, type FakeGateway } from './fake-gateway.ts';

export const firstKey = 'hf-first';
const root: Principal = { id: 'first-key', tenant: operatorTenant, scopes: ['admin'] };

const isTenant = (name: string): boolean => fakeConfig.tenants.has(name);

/** Signs callers in as the gateway itself does, and gives what makes keys for the test. */
export function useRealKeys(gateway: FakeGateway): {
  store: FakeApiKeyStore;
  keyFor: (tenant: string, scopes: readonly Scope[]) => Promise<{ id: string; key: string }>;
} {
  const store = new FakeApiKeyStore();
  const apiKeys = new ApiKeyVerifier({ store, onTouchFailed: () => undefined });
  const authenticate = createAuthenticator({
    isFirstKey: (shown) => shown === firstKey,
    apiKeys,
    tokens: createTokenVerifier(() => [], isTenant),
    isTenant,
  });
  gateway.authenticate = ({ shown, ip }) => authenticate(shown, ip);
  gateway.keys = createKeyAdministration({ store, config: () => fakeConfig, onChange: () => apiKeys.forget() });
  return {
    store,
    async keyFor(tenant, scopes) {
      const { key, record } = await gateway.keys.create(root, { name: 'test', tenant, scopes });
      return { id: record.id, key };
    },
  };
}
