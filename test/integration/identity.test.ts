import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type JwksServer, startJwksServer } from '../doubles/jwks-server.ts';
import { fixtureConfig, type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { type Claims, rsaKey, tokenOf } from '../support/tokens.ts';

const issuer = 'https://login.example';
const signingKey = rsaKey('key-1');
let jwks: JwksServer;
let fixture: GatewayFixture;
/** All that was ever shown once. */
const secrets: string[] = [];

beforeAll(async () => {
  jwks = await startJwksServer({ kind: 'keys', keys: [signingKey.jwk] });
  fixture = await startFixture({}, (upstreamUrl) => ({
    ...fixtureConfig(upstreamUrl),
    tenants: { clinic: {}, bank: {} },
    auth: {
      jwt: [
        {
          issuer,
          audience: 'holdfast',
          algorithms: ['RS256'],
          jwksUrl: jwks.url,
          tenantClaim: 'tenant',
          scopesClaim: 'scope',
        },
      ],
    },
  }));
});
afterAll(async () => {
  await fixture.close();
  await jwks.close();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

function token(claims: Claims): string {
  const exp = Math.floor(Date.now() / 1000) + 300;
  const shown = tokenOf(signingKey, { iss: issuer, aud: 'holdfast', sub: 'ann', exp, scope: 'inference', ...claims });
  secrets.push(shown);
  return shown;
}

async function newKey(terms: object): Promise<{ id: string; key: string }> {
  const answer = await fixture.gateway.fetch('/admin/keys', { json: { name: 'test', ...terms } });
  const issued = (await answer.json()) as { id: string; key: string };
  secrets.push(issued.key);
  return issued;
}

async function chat(key: string, changes: object = {}, headers: Record<string, string> = {}) {
  const answer = await fixture.gateway.chat({ ...hello, ...changes }, { ...bearer(key), ...headers });
  await answer.text();
  return { status: answer.status, id: answer.headers.get('x-request-id') ?? '' };
}

async function get(path: string, key: string): Promise<{ status: number; text: string }> {
  const answer = await fixture.gateway.fetch(path, { headers: bearer(key) });
  return { status: answer.status, text: await answer.text() };
}

describe('tenants', () => {
  it('see nothing of each other by any address that takes an id', async () => {
    const [clinic, bank] = [await newKey({ tenant: 'clinic' }), await newKey({ tenant: 'bank' })];
    const { status, id } = await chat(clinic.key);
    expect(status).toBe(200);
    expect((await get(`/v1/requests/${id}`, clinic.key)).status).toBe(200);
    for (const stranger of [bank.key, fixture.gateway.key, token({ tenant: 'bank' })]) {
      for (const path of ['', '/events']) expect((await get(`/v1/requests/${id}${path}`, stranger)).status).toBe(404);
      for (const step of ['cancel', 'retry']) {
        const answer = await fixture.gateway.fetch(`/v1/requests/${id}/${step}`, {
          method: 'POST',
          headers: bearer(stranger),
        });
        expect(answer.status).toBe(404);
      }
      expect((await get('/v1/requests?limit=100', stranger)).text).not.toContain(id);
      expect((await get(`/v1/requests?after=${id}`, stranger)).status).toBe(404);
    }
  });

  it('may use the same Idempotency-Key for requests of their own', async () => {
    const headers = { 'idempotency-key': 'invoice-1' };
    const keys = [
      await newKey({ tenant: 'clinic' }),
      await newKey({ tenant: 'bank' }),
      await newKey({ tenant: 'bank' }),
    ];
    const ids: string[] = [];
    for (const { key } of keys) ids.push((await chat(key, {}, headers)).id);
    expect(ids[1]).not.toBe(ids[0]);
    expect(ids[2]).toBe(ids[1]);
  });
});

describe('a key with a list of models', () => {
  it('names those and no other, whatever the address', async () => {
    const { key } = await newKey({ models: ['light'] });
    const { data } = JSON.parse((await get('/v1/models', key)).text) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['light']);
    expect((await get('/v1/models/auto', key)).status).toBe(404);
    expect((await chat(key, { model: 'light' })).status).toBe(200);
    for (const model of ['auto', 'large', 'no-such-model']) expect((await chat(key, { model })).status).toBe(403);
    const explained = await fixture.gateway.fetch('/v1/route', {
      json: { ...hello, model: 'large' },
      headers: bearer(key),
    });
    expect(explained.status).toBe(403);
  });
});

describe('a key with limits', () => {
  it('gets 429 with Retry-After for the request too many, and other keys of its tenant go on', async () => {
    const [bound, free] = [await newKey({ tenant: 'clinic', limits: { rpm: 2 } }), await newKey({ tenant: 'clinic' })];
    const answers: Response[] = [];
    for (let count = 0; count < 3; count += 1) answers.push(await fixture.gateway.chat(hello, bearer(bound.key)));
    await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await chat(free.key)).status).toBe(200);
  });
});

describe('a token', () => {
  it('of a configured issuer asks models for its tenant, which its keys see too', async () => {
    const { status, id } = await chat(token({ tenant: 'clinic' }));
    expect(status).toBe(200);
    const { key } = await newKey({ tenant: 'clinic' });
    expect((await get(`/v1/requests/${id}`, key)).status).toBe(200);
  });

  it('does what its scopes say and nothing else', async () => {
    const admin = token({ tenant: 'clinic', scope: 'admin' });
    expect((await chat(admin)).status).toBe(403);
    expect((await get('/admin/keys', admin)).status).toBe(200);
    expect((await get('/admin/keys', token({ tenant: 'clinic' }))).status).toBe(403);
    expect((await chat(token({ tenant: 'nowhere' }))).status).toBe(403);
    expect((await chat(token({ tenant: 'clinic', aud: 'other' }))).status).toBe(401);
  });

  it('of a megabyte is refused before it is read', async () => {
    const huge = token({ tenant: 'clinic', padding: 'x'.repeat(1_000_000) });
    const status = await chat(huge).then(
      (answer) => answer.status,
      () => 'cut off',
    );
    expect([401, 431, 'cut off']).toContain(status);
    expect((await chat(token({ tenant: 'clinic' }))).status).toBe(200);
  });
});

describe('secrets', () => {
  it('lie in no file and no line of the log', async () => {
    const { id } = await newKey({ tenant: 'clinic' });
    const rotated = await fixture.gateway.fetch(`/admin/keys/${id}/rotate`, { json: {} });
    const { key } = (await rotated.json()) as { key: string };
    secrets.push(key, `hf_${'0'.repeat(16)}_${'planted'.repeat(6)}x`);
    expect((await chat(key)).status).toBe(200);
    expect((await chat(secrets.at(-1) ?? '')).status).toBe(401);
    const { gateway } = fixture;
    const entries = await readdir(gateway.dataDir, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const places = [Buffer.from(gateway.output()), ...(await Promise.all(files.map((file) => readFile(file))))];
    expect(files.some((file) => file.endsWith('holdfast.db'))).toBe(true);
    // The last part is what proves a key or a token; the rest of it is not secret.
    const proofs = secrets.map((secret) => secret.slice(-43));
    expect(proofs.length).toBeGreaterThan(10);
    for (const proof of proofs) {
      for (const bytes of places) expect(bytes.includes(proof)).toBe(false);
    }
  });
});
