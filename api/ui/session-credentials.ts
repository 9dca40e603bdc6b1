import type { Request } from 'express';
import type { ApiPorts, Credentials } from '../ports.ts';
import { assertOwnPage, sessionCookieOf } from './session-cookie.ts';

/**
 * What a signed-in browser shows instead of a header; undefined where there is a header, or no session in force.
 * Throws `permission_denied` where another page made the browser send it.
 */
export function sessionCredentials({ pages }: Pick<ApiPorts, 'pages'>, req: Request): Credentials | undefined {
  const { authorization, 'x-api-key': apiKey } = req.headers;
  if (authorization !== undefined || apiKey !== undefined) return undefined;
  const cookie = sessionCookieOf(req);
  const session = cookie === undefined ? undefined : pages.sessions.open(cookie);
  if (!session) return undefined;
  assertOwnPage(req, pages.origins);
  return { shown: session.shown, ip: req.ip ?? '' };
}
