import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { allRoutes } from '../../../api/app.ts';
import { operatorTenant, scopes, type Scope } from '../../../domain/principal.ts';
import { newSecret } from '../../../platform/identity/key-secret.ts';
import { aRequestAudit } from '../../support/audit-export.ts';
import { authorizationRules, type Owned, type Rule } from './authorization-rules.ts';
import { useRealKeys } from './real-keys.ts';
import { runApp, type RunningApp } from './running-app.ts';

const routes = allRoutes({ registry: new Registry(), version: '0', draining: () => false }).map((route) => ({
  ...route,
  name: `${route.method} ${route.path}`,
}));
type NamedRoute = (typeof routes)[number];

const newKeys = () => new Map<Scope, string>();

let app: RunningApp;
let keys: ReturnType<typeof useRealKeys>;
/** Keys of one scope each. */
const keyOf = { [operatorTenant]: newKeys(), 'tenant-a': newKeys(), 'tenant-b': newKeys() };
type Tenant = keyof typeof keyOf;

beforeAll(async () => {
  app = await runApp();
  keys = useRealKeys(app.gateway);
  for (const tenant of [operatorTenant, 'tenant-a', 'tenant-b'] as const) {
    for (const scope of scopes) keyOf[tenant].set(scope, (await keys.keyFor(tenant, [scope])).key);
  }
});
afterAll(() => app.close());

/** A new one of `tenant`'s, or an id that nobody has. */
const idOf: Record<Owned, (tenant: Tenant | undefined) => Promise<string>> = {
  async request(tenant) {
    const id = `req_${randomUUID().replaceAll('-', '')}`;
    if (tenant) {
      app.gateway.add(tenant, id, false);
      // Every address of a request succeeds for one that was cancelled.
      await app.gateway.cancel(tenant, id);
    }
    return id;
  },
  tenant: async (tenant) => tenant ?? 'no-such-tenant',
  async entry(tenant) {
    if (!tenant) return '999999';
    await app.gateway.auditStore.append(aRequestAudit({ tenant, request_id: randomUUID() }));
    return String((await app.gateway.audit.checkpoint()).size - 1);
  },
  key: async (tenant) =>
    tenant ? (await keys.keyFor(tenant, ['inference'])).id : `key_${randomUUID().replaceAll('-', '').slice(0, 24)}`,
};

interface Call {
  /** Sent as the bearer. */
  key?: string;
  /** Whose ids stand in the path; undefined: nobody's. */
  owner?: Tenant;
}

async function call(route: NamedRoute, rule: Rule, { key, owner }: Call): Promise<Response> {
  let { path } = route;
  if (typeof rule === 'object') {
    for (const [name, value] of Object.entries(rule.path ?? {})) path = path.replace(`:${name}`, value);
    for (const [name, kind] of Object.entries(rule.owned ?? {}))
      path = path.replace(`:${name}`, await idOf[kind](owner));
  }
  if (/:\w/.test(path)) throw new Error(`the rule of ${route.name} says nothing of a parameter in its path`);
  const body = typeof rule === 'object' ? rule.body : undefined;
  return fetch(app.url + path, {
    method: route.method.toUpperCase(),
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function statusOf(route: NamedRoute, rule: Rule, credentials: Call): Promise<number> {
  const answer = await call(route, rule, credentials);
  await answer.text();
  return answer.status;
}

function ruleOf({ name }: NamedRoute): Rule {
  const rule = authorizationRules[name];
  if (!rule) throw new Error(`${name} has no rule: say in authorization-rules.ts who may use it`);
  return rule;
}

function keyOfTenant(tenant: Tenant, scope: Scope): string {
  const key = keyOf[tenant].get(scope);
  if (key === undefined) throw new Error(`no key for ${scope}`);
  return key;
}

describe('who may use the gateway', () => {
  it('is decided for each route, and for nothing that is no route', () => {
    expect(Object.keys(authorizationRules).toSorted()).toEqual(routes.map(({ name }) => name).toSorted());
  });

  describe.each(routes)('$name', (route) => {
    const rule = authorizationRules[route.name];
    const strangers: Call[] = [
      { owner: 'tenant-a' },
      ...['hf-bad', newSecret().key, 'a.b.c'].map((key): Call => ({ key, owner: 'tenant-a' })),
    ];

    if (rule === 'open' || rule === 'own-page') {
      const who = rule === 'open' ? 'everybody' : "browsers that show the gateway's own pages";
      it(`is open to ${who}`, async () => {
        const status = rule === 'open' ? 200 : 403;
        for (const stranger of strangers) expect(await statusOf(route, rule, stranger)).toBe(status);
      });
      return;
    }

    it('is closed without a key, and with a key that is none', async () => {
      for (const stranger of strangers) expect(await statusOf(route, ruleOf(route), stranger)).toBe(401);
    });

    if (!rule) return;

    const home: Tenant = rule.wholeGateway ? operatorTenant : 'tenant-a';

    it.each(scopes)('answers a key with the scope %s as its rule says', async (scope) => {
      const status = await statusOf(route, rule, { key: keyOfTenant(home, scope), owner: home });
      expect(status).toBe(rule.scopes.includes(scope) ? rule.answers : 403);
    });

    if (rule.wholeGateway) {
      it.each(scopes)('is closed to a key of another tenant with the scope %s', async (scope) => {
        expect(await statusOf(route, rule, { key: keyOfTenant('tenant-b', scope) })).toBe(403);
      });
    }

    if (!rule.owned) return;

    it.each(scopes)(
      'tells a key of another tenant with the scope %s nothing, not even that the id exists',
      async (scope) => {
        const key = keyOfTenant('tenant-b', scope);
        const [foreign, unknown] = [
          await call(route, rule, { key, owner: 'tenant-a' }),
          await call(route, rule, { key }),
        ];
        expect(foreign.status).toBe(rule.scopes.includes(scope) ? 404 : 403);
        expect(unknown.status).toBe(foreign.status);
        expect(await unknown.text()).toBe(await foreign.text());
      },
    );
  });
});
