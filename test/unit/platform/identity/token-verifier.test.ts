import { createHmac } from 'node:crypto';
import { GatewayError } from '../../../../domain/errors.ts';
import type { JwtIssuer } from '../../../../domain/jwt-issuer.ts';
import { createTokenVerifier, type TokenVerifier } from '../../../../platform/identity/token-verifier.ts';
import { type JwksServer, startJwksServer } from '../../../doubles/jwks-server.ts';
import { type Claims, ecKey, rsaKey, tokenOf, unsigned } from '../../../support/tokens.ts';

const issuerUrl = 'https://login.example/realms/clinic';
const key = rsaKey('key-1');
const stranger = rsaKey('key-1');
const otherKind = ecKey('key-ec');

const rules: Omit<JwtIssuer, 'keys'> = {
  issuer: issuerUrl,
  audience: ['holdfast'],
  algorithms: ['RS256'],
  tenant: { kind: 'claim', path: ['tenant'] },
  scopesClaim: ['scope'],
  requiredClaims: new Map([['email_verified', [true]]]),
};

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const good = (changes: Claims = {}): Claims => ({
  iss: issuerUrl,
  aud: 'holdfast',
  sub: 'ann@clinic.example',
  exp: nowSeconds() + 300,
  iat: nowSeconds(),
  tenant: 'clinic',
  scope: 'openid inference',
  email_verified: true,
  ...changes,
});
const without = (name: string): Claims =>
  Object.fromEntries(Object.entries(good()).filter(([claim]) => claim !== name));
const isTenant = (name: string): boolean => name === 'clinic';
const trusting = (issuers: readonly JwtIssuer[]): TokenVerifier => createTokenVerifier(() => issuers, isTenant);
const verifierFor = (changes: Partial<JwtIssuer> = {}): TokenVerifier =>
  trusting([{ ...rules, keys: { kind: 'static', keys: { keys: [key.jwk, otherKind.jwk] } }, ...changes }]);

/** `admitted`, or the type of the error that a token is refused with. */
async function verdict(verifier: TokenVerifier, token: string): Promise<string> {
  try {
    return (await verifier.verify(token)) ? 'admitted' : 'no token';
  } catch (error) {
    return error instanceof GatewayError ? error.type : String(error);
  }
}

function hs256(text: string, secret: string | Buffer): string {
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const publicPem = key.publicKey.export({ format: 'pem', type: 'spki' });
const tampered = (): string => {
  const [header, , signature] = tokenOf(key, good()).split('.');
  return `${header}.${unsigned({}, good({ scope: 'admin' })).split('.')[1]}.${signature}`;
};

const attacks: [string, () => string][] = [
  ['alg none with no signature', () => `${unsigned({ alg: 'none' }, good())}.`],
  ['alg none in other letters', () => `${unsigned({ alg: 'nOnE' }, good())}.`],
  ['alg none with a signature', () => `${unsigned({ alg: 'none', kid: 'key-1' }, good())}.c2ln`],
  ['no alg', () => `${unsigned({ kid: 'key-1' }, good())}.c2ln`],
  ['HS256 signed with the public key as PEM', () => hs256(unsigned({ alg: 'HS256', kid: 'key-1' }, good()), publicPem)],
  [
    'HS256 signed with the modulus',
    () => hs256(unsigned({ alg: 'HS256', kid: 'key-1' }, good()), Buffer.from(String(key.jwk.n), 'base64url')),
  ],
  ['HS256 signed with nothing', () => hs256(unsigned({ alg: 'HS256', kid: 'key-1' }, good()), '')],
  ['a key of the issuer whose algorithm is not configured', () => tokenOf(otherKind, good())],
  ['an algorithm of the header that the key is not made for', () => tokenOf(key, good(), { alg: 'PS256' })],
  ['another signer under a known kid', () => tokenOf(stranger, good())],
  ['a key of its own in the header', () => tokenOf(stranger, good(), { jwk: stranger.jwk, kid: 'key-1' })],
  ['an address of keys in the header', () => tokenOf(stranger, good(), { jku: 'http://127.0.0.1:9/jwks' })],
  ['an unknown kid', () => tokenOf(key, good(), { kid: 'key-2' })],
  ['a kid that is a path', () => tokenOf(key, good(), { kid: '../../dev/null' })],
  ['a kid that is no text', () => tokenOf(key, good(), { kid: 1 })],
  ['a critical extension that nobody knows', () => tokenOf(key, good(), { crit: ['exp2'], exp2: 1 })],
  ['an unencoded payload', () => tokenOf(key, good(), { b64: false, crit: ['b64'] })],
  ['changed claims', tampered],
  ['a signature cut off', () => tokenOf(key, good()).replace(/\.[^.]*$/, '.')],
  ['a signature cut short', () => tokenOf(key, good()).slice(0, -8)],
  ['another issuer', () => tokenOf(key, good({ iss: 'https://evil.example' }))],
  ['an issuer that only begins alike', () => tokenOf(key, good({ iss: `${issuerUrl}/` }))],
  ['an issuer that is a list', () => tokenOf(key, good({ iss: [issuerUrl] }))],
  ['no issuer', () => tokenOf(key, without('iss'))],
  ['another audience', () => tokenOf(key, good({ aud: 'somebody-else' }))],
  ['an audience that is a number', () => tokenOf(key, good({ aud: 1 }))],
  ['an empty list of audiences', () => tokenOf(key, good({ aud: [] }))],
  ['no audience', () => tokenOf(key, without('aud'))],
  ['no exp', () => tokenOf(key, without('exp'))],
  ['an exp that is a text', () => tokenOf(key, good({ exp: String(nowSeconds() + 300) }))],
  ['an exp that is null', () => tokenOf(key, good({ exp: null }))],
  ['an exp that has passed', () => tokenOf(key, good({ exp: nowSeconds() - 60 }))],
  ['an nbf in the future', () => tokenOf(key, good({ nbf: nowSeconds() + 60 }))],
  ['an nbf that is a text', () => tokenOf(key, good({ nbf: 'now' }))],
  ['no subject', () => tokenOf(key, without('sub'))],
  ['a subject that is an object', () => tokenOf(key, good({ sub: { id: 1 } }))],
  ['an empty subject', () => tokenOf(key, good({ sub: '' }))],
  ['no tenant', () => tokenOf(key, without('tenant'))],
  ['a tenant that is a list', () => tokenOf(key, good({ tenant: ['clinic'] }))],
  ['scopes that are a number', () => tokenOf(key, good({ scope: 7 }))],
  ['scopes that hold a number', () => tokenOf(key, good({ scope: ['inference', 7] }))],
  ['a required claim that is missing', () => tokenOf(key, without('email_verified'))],
  ['a required claim of another value', () => tokenOf(key, good({ email_verified: false }))],
  ['a required claim of another type', () => tokenOf(key, good({ email_verified: 'true' }))],
  ['1 MB of claims', () => tokenOf(key, good({ padding: 'x'.repeat(1_000_000) }))],
  [
    'a header that is no JSON',
    () => `${Buffer.from('{').toString('base64url')}.${tokenOf(key, good()).split('.')[1]}.c2ln`,
  ],
  [
    'claims that are no object',
    () => tokenOf(key, good()).replace(/\.[^.]*\./, `.${Buffer.from('[]').toString('base64url')}.`),
  ],
];

describe('a token', () => {
  const verifier = verifierFor();

  it('that keeps all the rules stands for its subject in its tenant, with the scopes of the gateway', async () => {
    const principal = await verifier.verify(tokenOf(key, good()));
    expect(principal).toEqual({
      id: expect.stringMatching(/^sub_[0-9a-f]{32}$/),
      tenant: 'clinic',
      scopes: ['inference'],
    });
  });

  it.each(attacks)('is refused for %s', async (_attack, token) => {
    expect(await verdict(verifier, token())).toBe('authentication_failed');
  });

  it('that names a tenant which is not configured is refused as forbidden', async () => {
    for (const tenant of ['bank', '__proto__', '']) {
      expect(await verdict(verifier, tokenOf(key, good({ tenant })))).toBe('permission_denied');
    }
  });

  it('may differ from our clock by a few seconds', async () => {
    const token = tokenOf(key, good({ exp: nowSeconds() - 2, nbf: nowSeconds() + 2 }));
    expect(await verdict(verifier, token)).toBe('admitted');
  });

  it('has scopes in a list, in nested claims, or none', async () => {
    const nested = verifierFor({ scopesClaim: ['realm_access', 'roles'] });
    const list = tokenOf(key, good({ realm_access: { roles: ['audit', 'operator', 'offline_access'] } }));
    expect((await nested.verify(list))?.scopes).toEqual(['audit', 'operator']);
    expect((await nested.verify(tokenOf(key, good())))?.scopes).toEqual([]);
  });

  it('has the fixed tenant of its issuer where there is one, whatever it says itself', async () => {
    const fixed = verifierFor({ tenant: { kind: 'fixed', name: 'clinic' } });
    expect((await fixed.verify(tokenOf(key, good({ tenant: 'bank' }))))?.tenant).toBe('clinic');
  });

  it('satisfies a required claim by one entry of a list', async () => {
    const grouped = verifierFor({ requiredClaims: new Map([['groups', ['doctors', 'nurses']]]) });
    expect(await verdict(grouped, tokenOf(key, good({ groups: ['staff', 'nurses'] })))).toBe('admitted');
    expect(await verdict(grouped, tokenOf(key, good({ groups: ['staff'] })))).toBe('authentication_failed');
  });

  it('of the same subject has the same id, and of another subject or issuer another one', async () => {
    const two = trusting(
      [issuerUrl, 'https://two.example'].map((issuer) => ({
        ...rules,
        issuer,
        keys: { kind: 'static' as const, keys: { keys: [key.jwk] } },
      })),
    );
    const idOf = async (changes: Claims): Promise<string | undefined> =>
      (await two.verify(tokenOf(key, good(changes))))?.id;
    const ids = await Promise.all([{}, { jti: 'x' }, { sub: 'bob' }, { iss: 'https://two.example' }].map(idOf));
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it('is not quoted by the error that refuses it', async () => {
    const messages: string[] = [];
    for (const [, token] of attacks) {
      messages.push(
        await verifier.verify(token()).then(
          () => '',
          (error: Error) => error.message,
        ),
      );
    }
    expect(messages.join(' ')).not.toMatch(/ann@clinic|evil|eyJ/);
  });

  it('without a kid is taken where one key fits, and refused where it would have to be guessed', async () => {
    const token = tokenOf(key, good(), { kid: undefined });
    const two = verifierFor({ keys: { kind: 'static', keys: { keys: [key.jwk, rsaKey('key-2').jwk] } } });
    expect(await verdict(verifier, token)).toBe('admitted');
    expect(await verdict(two, token)).toBe('authentication_failed');
  });

  it('is none where no issuer is configured, or what is shown has another form', async () => {
    expect(await verdict(trusting([]), tokenOf(key, good()))).toBe('no token');
    for (const shown of ['', 'hf-key', 'a.b', 'a.b.c.d.e', 'ä.b.c'])
      expect(await verdict(verifier, shown)).toBe('no token');
  });
});

/** Only what is kept gets older; tokens are judged by the real time. */
function pass(seconds: number): void {
  const before = Date.now;
  Date.now = () => before() + seconds * 1000;
}

describe('the keys at an address', () => {
  const realNow = Date.now;
  let server: JwksServer;
  let verifier: TokenVerifier;
  let issuers: JwtIssuer[];

  beforeEach(async () => {
    server = await startJwksServer({ kind: 'keys', keys: [key.jwk] });
    issuers = [{ ...rules, keys: { kind: 'url', url: server.url } }];
    verifier = createTokenVerifier(() => issuers, isTenant);
  });
  afterEach(async () => {
    Date.now = realNow;
    await server.close();
  });

  const admits = async (signer = key): Promise<string> => verdict(verifier, tokenOf(signer, good(), {}));

  it('are read once for many tokens', async () => {
    await Promise.all(Array.from({ length: 20 }, () => admits()));
    expect(server.requests()).toBe(1);
  });

  it('outlast a new reading of the configuration, whose rules count at once', async () => {
    expect(await admits()).toBe('admitted');
    issuers = issuers.map((issuer) => ({ ...issuer, algorithms: ['RS256', 'ES256'] }));
    expect(await admits()).toBe('admitted');
    expect(server.requests()).toBe(1);
    issuers = issuers.map((issuer) => ({ ...issuer, audience: ['somebody-else'] }));
    expect(await admits()).toBe('authentication_failed');
    issuers = [];
    expect(await admits()).toBe('no token');
  });

  it('are read again for an unknown kid, but not at every such token', async () => {
    const next = rsaKey('key-2');
    expect(await admits()).toBe('admitted');
    server.answerWith({ kind: 'keys', keys: [key.jwk, next.jwk] });
    for (let count = 0; count < 10; count += 1) expect(await admits(next)).toBe('authentication_failed');
    expect(server.requests()).toBe(1);
    pass(31);
    expect(await admits(next)).toBe('admitted');
    expect(server.requests()).toBe(2);
  });

  it('no longer count once their issuer has withdrawn them and ten minutes have passed', async () => {
    expect(await admits()).toBe('admitted');
    server.answerWith({ kind: 'keys', keys: [rsaKey('key-2').jwk] });
    pass(599);
    expect(await admits()).toBe('admitted');
    pass(2);
    expect(await admits()).toBe('authentication_failed');
  });

  it('go on for ten minutes while the address is down; then nobody is let in until it is back', async () => {
    expect(await admits()).toBe('admitted');
    server.answerWith({ kind: 'status', status: 503 });
    pass(599);
    expect(await admits()).toBe('admitted');
    pass(2);
    expect(await admits()).toBe('not_ready');
    server.answerWith({ kind: 'keys', keys: [key.jwk] });
    pass(3);
    expect(await admits()).toBe('admitted');
  });

  it('are not asked for again and again while the address fails', async () => {
    server.answerWith({ kind: 'status', status: 500 });
    for (let count = 0; count < 20; count += 1) expect(await admits()).toBe('not_ready');
    expect(server.requests()).toBe(1);
  });

  it.each([
    ['is no JSON', { kind: 'body', body: '<html>' }],
    ['is no set of keys', { kind: 'body', body: '{"keys": 1}' }],
    ['is larger than any set of keys', { kind: 'body', body: `{"keys": [], "x": "${'x'.repeat(300_000)}"}` }],
    ['sends us elsewhere', { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:9/' } }],
    ['does not come', { kind: 'hang' }],
  ] as const)('let nobody in where the answer %s', async (_case, answer) => {
    server.answerWith(answer);
    expect(await admits()).toBe('not_ready');
  });

  it('never serve as a secret: a symmetric key among them is not used', async () => {
    server.answerWith({ kind: 'keys', keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'key-1', alg: 'HS256' }] });
    expect(await verdict(verifier, hs256(unsigned({ alg: 'HS256', kid: 'key-1' }, good()), 'secret'))).toBe(
      'authentication_failed',
    );
  });
});
