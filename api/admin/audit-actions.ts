import type { Route } from '../http/exchange.ts';

/** Somebody looked at what people wrote; a page of the Temporal UI does so many times. */
const historyRead = 'history.read';

/** How actions are called in the audit log, by method and path of their route; others are called by just these. */
const names: Readonly<Record<string, string>> = {
  'post /admin/keys': 'key.created',
  'patch /admin/keys/:id': 'key.changed',
  'post /admin/keys/:id/rotate': 'key.rotated',
  'delete /admin/keys/:id': 'key.revoked',
  'delete /admin/tenants/:tenant': 'tenant.erased',
  'post /admin/tenants/:tenant/rotate-key': 'tenant.key_rotated',
  'delete /admin/subjects/:id': 'subject.erased',
  'post /admin/deployments/:name/drain': 'deployment.drained',
  'post /admin/deployments/:name/undrain': 'deployment.undrained',
  'post /admin/deployments/:name/probe': 'deployment.probed',
  'post /admin/reload': 'config.reloaded',
  'get /admin/webhooks/secret': 'webhook_secret.read',
  'post /admin/webhooks/secret/rotate': 'webhook_secret.rotated',
  'post /codec/decode': historyRead,
  'post /codec/download': historyRead,
};

/** Whom they erase must not be named for ever. */
const personal = '/admin/subjects/';

/** What an administrator does by this route; undefined where it only shows something, or is for everybody. */
export function actionOf({ method, path }: Pick<Route, 'method' | 'path'>): string | undefined {
  const name = `${method} ${path}`;
  return names[name] ?? (method !== 'get' && path.startsWith('/admin/') ? name : undefined);
}

/** True for what one look does many times. */
export function isFrequent(action: string): boolean {
  return action === historyRead;
}

/**
 * Id or name of what is acted on: the first in the path, or the last part of `location`, the address of what was made.
 */
export function targetOf(
  { path }: Pick<Route, 'path'>,
  params: Readonly<Record<string, unknown>>,
  location?: string,
): string | null {
  if (path.startsWith(personal)) return null;
  const [inPath] = Object.values(params);
  const target = typeof inPath === 'string' ? inPath : location?.split('/').at(-1);
  return target?.slice(0, longestTarget) ?? null;
}

const longestTarget = 256;
