import type { Scope } from '../../../api/ports.ts';

/** What a tenant owns and addresses by an id. The matrix makes one for each call. */
export type Owned = 'request' | 'key' | 'tenant' | 'entry';

interface KeyRule {
  /** Each of these alone opens the address; every other one is 403. */
  scopes: readonly Scope[];
  /** Status for a caller who may: the sample below is one that succeeds. */
  answers: number;
  body?: object;
  /** It concerns all tenants: only callers of the operators' own tenant may, all others get 403. */
  wholeGateway?: true;
  /** Values of path parameters that belong to nobody. */
  path?: Readonly<Record<string, string>>;
  /** Path parameters that are ids of one tenant's: for every other tenant they are 404, like an unknown id. */
  owned?: Readonly<Record<string, Owned>>;
}

/** `open`: to everybody. `own-page`: without a key, but not for what other pages make a browser send. */
export type Rule = KeyRule | 'open' | 'own-page';

const owners: readonly Scope[] = ['inference', 'operator', 'admin'];
const operators: readonly Scope[] = ['operator', 'admin'];
const admins: readonly Scope[] = ['admin'];
const auditors: readonly Scope[] = ['audit', 'admin'];
const deployment = { name: 'light%2F1' };
const chat = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };

/**
 * Who may use which address: one line for each route of the table in api/app.ts, by method and path. The matrix fails
 * for a route without a line, so that nobody adds one without deciding this.
 */
export const authorizationRules: Readonly<Record<string, Rule>> = {
  'get /healthz': 'open',
  'get /readyz': 'open',
  'get /metrics': 'open',
  'get /openapi.json': 'open',
  'get /ui/sign-in': 'open',
  'post /ui/sign-in': 'own-page',
  'post /ui/sign-out': 'own-page',

  'post /v1/chat/completions': { scopes: ['inference'], answers: 200, body: chat },
  'post /v1/route': { scopes: owners, answers: 200, body: chat },
  'post /v1/moderations': { scopes: ['inference'], answers: 200, body: { input: 'Good morning.' } },
  'get /v1/models': { scopes: owners, answers: 200 },
  'get /v1/models/:id': { scopes: owners, answers: 200, path: { id: 'auto' } },

  'get /v1/requests': { scopes: owners, answers: 200 },
  'get /v1/requests/:id': { scopes: owners, answers: 200, owned: { id: 'request' } },
  'get /v1/requests/:id/events': { scopes: owners, answers: 200, owned: { id: 'request' } },
  'post /v1/requests/:id/cancel': { scopes: owners, answers: 200, owned: { id: 'request' } },
  'get /v1/requests/:id/webhook': { scopes: owners, answers: 200, owned: { id: 'request' } },
  'post /v1/requests/:id/webhook': { scopes: owners, answers: 202, owned: { id: 'request' } },
  'post /v1/requests/:id/feedback': {
    scopes: owners,
    answers: 200,
    body: { rating: 'up' },
    owned: { id: 'request' },
  },
  'post /v1/requests/:id/retry': { scopes: owners, answers: 202, owned: { id: 'request' } },

  'get /admin/deployments': { scopes: operators, answers: 200 },
  'post /admin/deployments/:name/drain': { scopes: operators, answers: 200, path: deployment, wholeGateway: true },
  'post /admin/deployments/:name/undrain': { scopes: operators, answers: 200, path: deployment, wholeGateway: true },
  'post /admin/deployments/:name/probe': { scopes: operators, answers: 200, path: deployment, wholeGateway: true },
  'post /admin/reload': { scopes: operators, answers: 200, wholeGateway: true },

  'get /admin/usage': { scopes: operators, answers: 200 },

  'get /admin/audit': { scopes: auditors, answers: 200 },
  'get /admin/audit/checkpoint': { scopes: auditors, answers: 200 },
  'get /admin/audit/proof/:index': { scopes: auditors, answers: 200, owned: { index: 'entry' } },
  'get /admin/audit/export': { scopes: auditors, answers: 200 },

  'get /admin/webhooks/secret': { scopes: admins, answers: 200 },
  'post /admin/webhooks/secret/rotate': { scopes: admins, answers: 200, body: {} },
  // Whose payloads they open is the codec's to judge: by the key that each lies under.
  'post /codec/decode': { scopes: operators, answers: 200, body: { payloads: [] } },
  'post /codec/encode': { scopes: operators, answers: 200, body: { payloads: [] } },
  'post /codec/download': { scopes: operators, answers: 200, body: { payloads: [] } },

  'get /admin/keys': { scopes: admins, answers: 200 },
  'post /admin/keys': { scopes: admins, answers: 201, body: { name: 'desk' } },
  'get /admin/keys/:id': { scopes: admins, answers: 200, owned: { id: 'key' } },
  'patch /admin/keys/:id': { scopes: admins, answers: 200, owned: { id: 'key' }, body: { name: 'desk' } },
  'delete /admin/keys/:id': { scopes: admins, answers: 200, owned: { id: 'key' } },
  'post /admin/keys/:id/rotate': { scopes: admins, answers: 200, owned: { id: 'key' } },

  'delete /admin/tenants/:tenant': { scopes: admins, answers: 200, owned: { tenant: 'tenant' } },
  'post /admin/tenants/:tenant/rotate-key': { scopes: admins, answers: 200, owned: { tenant: 'tenant' } },
  // An id that callers chose themselves: it names somebody of the admin's own tenant.
  'delete /admin/subjects/:id': { scopes: admins, answers: 200, path: { id: 'user-1' } },
};
