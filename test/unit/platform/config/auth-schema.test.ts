import type { z } from 'zod';
import type { authSchema } from '../../../../platform/config/auth-schema.ts';
import { resolveConfig } from '../../../../platform/config/config-file.ts';
import type { JwtIssuer } from '../../../../domain/jwt-issuer.ts';
import { ecKey, rsaKey } from '../../../support/tokens.ts';

type AuthFile = z.input<typeof authSchema>;

const key = rsaKey('key-1');
const publicPem = key.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const issuer = {
  issuer: 'https://login.example',
  audience: 'holdfast',
  algorithms: ['RS256'],
  jwksUrl: 'https://login.example/jwks.json',
  tenantClaim: 'tenant',
  scopesClaim: 'scope',
};
const { jwksUrl: _url, ...issuerWithoutKeys } = issuer;

function read(auth: unknown): readonly JwtIssuer[] {
  const file = {
    providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', local: true } },
    deployments: { light: { provider: 'near', model: 'm' } },
    tenants: { clinic: {} },
    auth,
  };
  return resolveConfig(file, {}, 'gateway.yaml').auth.jwt;
}

describe('auth.jwt of the configuration file', () => {
  it('may be left out: then no token is taken', () => {
    expect(read(undefined)).toEqual([]);
    expect(read({})).toEqual([]);
  });

  it('names an issuer by the address of its keys', () => {
    const auth: AuthFile = {
      jwt: [{ ...issuer, algorithms: ['RS256'], requiredClaims: { azp: ['web', 'app'], email_verified: true } }],
    };
    expect(read(auth)).toEqual([
      {
        issuer: 'https://login.example',
        audience: ['holdfast'],
        algorithms: ['RS256'],
        keys: { kind: 'url', url: 'https://login.example/jwks.json' },
        tenant: { kind: 'claim', path: ['tenant'] },
        scopesClaim: ['scope'],
        requiredClaims: new Map<string, unknown>([
          ['azp', ['web', 'app']],
          ['email_verified', [true]],
        ]),
      },
    ]);
  });

  it('takes keys of its own as PEM and as JWK, and nested claims', () => {
    const ec = ecKey('key-2');
    const [found] = read({
      jwt: [
        {
          ...issuerWithoutKeys,
          keys: [{ pem: publicPem, kid: 'key-1' }, ec.jwk],
          scopesClaim: ['realm_access', 'roles'],
        },
      ],
    });
    expect(found?.scopesClaim).toEqual(['realm_access', 'roles']);
    expect(found?.keys).toEqual({
      kind: 'static',
      keys: {
        keys: [
          { kty: 'RSA', n: key.jwk.n, e: key.jwk.e, kid: 'key-1' },
          { kty: 'EC', crv: 'P-256', x: ec.jwk.x, y: ec.jwk.y, kid: 'key-2', alg: 'ES256' },
        ],
      },
    });
  });

  const privatePem = key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  it.each([
    ['a shared secret as algorithm', { algorithms: ['HS256'] }, 'auth.jwt.0.algorithms.0'],
    ['no signature at all', { algorithms: ['none'] }, 'auth.jwt.0.algorithms.0'],
    ['no algorithm', { algorithms: [] }, 'auth.jwt.0.algorithms'],
    ['no audience', { audience: undefined }, 'auth.jwt.0.audience'],
    ['keys over plain http from elsewhere', { jwksUrl: 'http://login.example/jwks' }, 'auth.jwt.0.jwksUrl'],
    ['keys from a file address', { jwksUrl: 'file:///etc/keys' }, 'auth.jwt.0.jwksUrl'],
    ['two sources of keys', { keys: [key.jwk] }, 'auth.jwt.0: needs either jwksUrl or keys'],
    ['no source of keys', { jwksUrl: undefined }, 'auth.jwt.0: needs either jwksUrl or keys'],
    ['no tenant', { tenantClaim: undefined }, 'auth.jwt.0: needs either tenantClaim or tenant'],
    [
      'a tenant that is not configured',
      { tenantClaim: undefined, tenant: 'bank' },
      "auth.jwt.0.tenant: no tenant named 'bank'",
    ],
    ['no claim for scopes', { scopesClaim: undefined }, 'auth.jwt.0.scopesClaim'],
    ['an option that does not exist', { audiences: ['x'] }, 'audiences'],
    ['a symmetric key', { jwksUrl: undefined, keys: [{ kty: 'oct', k: 'AAAA' }] }, 'auth.jwt.0.keys.0'],
    ['a private JWK', { jwksUrl: undefined, keys: [key.privateKey.export({ format: 'jwk' })] }, 'auth.jwt.0.keys.0'],
    ['a private PEM', { jwksUrl: undefined, keys: [{ pem: privatePem }] }, 'auth.jwt.0.keys.0'],
    ['a PEM that is none', { jwksUrl: undefined, keys: [{ pem: 'x' }] }, 'auth.jwt.0.keys.0'],
  ])('refuses %s, and says where', (_case, changes, place) => {
    expect(() => read({ jwt: [{ ...issuer, ...changes }] })).toThrow(place);
  });

  it('refuses one issuer twice', () => {
    expect(() => read({ jwt: [issuer, issuer] })).toThrow('auth.jwt: names an issuer twice');
  });

  it('does not repeat a private key in the error', () => {
    const { d } = key.privateKey.export({ format: 'jwk' });
    const place = (): unknown =>
      read({ jwt: [{ ...issuerWithoutKeys, keys: [{ ...key.jwk, d }, { pem: privatePem }] }] });
    expect(place).toThrow(expect.objectContaining({ message: expect.not.stringContaining(String(d)) }));
    expect(place).toThrow(expect.objectContaining({ message: expect.not.stringContaining('PRIVATE KEY') }));
  });

  it.each(['http://localhost:8081/jwks', 'http://127.0.0.1/jwks', 'http://[::1]:9/jwks'])(
    'takes keys over plain http from this machine: %s',
    (jwksUrl) => {
      expect(read({ jwt: [{ ...issuer, jwksUrl }] })).toHaveLength(1);
    },
  );
});
