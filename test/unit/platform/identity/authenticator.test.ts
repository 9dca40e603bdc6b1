import { type AuthenticatorParts, createAuthenticator } from '../../../../platform/identity/authenticator.ts';
import { rejectionOf } from '../../../support/store-fixtures.ts';

const parts: AuthenticatorParts = {
  isFirstKey: (shown) => shown === 'first',
  apiKeys: {
    verify: async (shown) =>
      shown.startsWith('key:') ? { id: 'k', tenant: shown.slice(4), scopes: ['audit'] } : undefined,
  },
  tokens: {
    verify: async (shown) => (shown === 'a.b.c' ? { id: 's', tenant: 'clinic', scopes: ['operator'] } : undefined),
  },
  isTenant: (name) => name === 'clinic',
};
const authenticate = createAuthenticator(parts);

describe('signing in', () => {
  it('is done by the first key, a key of the database or a token', async () => {
    expect(await authenticate('first', '')).toEqual({
      id: 'first-key',
      tenant: 'default',
      scopes: ['admin', 'inference'],
    });
    expect(await authenticate('key:clinic', '')).toMatchObject({ id: 'k' });
    expect(await authenticate('a.b.c', '')).toMatchObject({ id: 's' });
  });

  it('fails for anything else', async () => {
    expect(await rejectionOf(authenticate('other', ''))).toBe('authentication_failed');
  });

  it('is closed to keys whose tenant is no longer configured', async () => {
    expect(await rejectionOf(authenticate('key:gone', ''))).toBe('permission_denied');
  });

  it('with the first key needs no database', async () => {
    const away = { verify: () => Promise.reject(new Error('away')) };
    expect(await createAuthenticator({ ...parts, apiKeys: away, tokens: away })('first', '')).toBeDefined();
  });
});
