import type { Request, Response } from 'express';
import { GatewayError } from '../../domain/errors.ts';

const cookieName = 'holdfast_session';
const longestCookie = 16_384;

/** The session that the browser sent; undefined where there is none. */
export function sessionCookieOf(req: Request): string | undefined {
  const header = req.headers.cookie;
  if (header === undefined || header.length > longestCookie) return undefined;
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value) return value;
  }
  return undefined;
}

/** The browser's cookies without the session, for those who have no business with it. */
export function otherCookiesOf(header: string): string {
  return header
    .split(';')
    .map((part) => part.trim())
    .filter((part) => !part.startsWith(`${cookieName}=`))
    .join('; ');
}

/** Not readable for scripts, and sent by our own pages only. */
export function setSessionCookie(req: Request, res: Response, value: string, lifetimeMs: number): void {
  res.cookie(cookieName, value, { httpOnly: true, sameSite: 'strict', secure: req.secure, maxAge: lifetimeMs });
}

export function clearSessionCookie(res: Response): void {
  res.clearCookie(cookieName, { httpOnly: true, sameSite: 'strict' });
}

/**
 * Refuses what another page made the browser send. SameSite alone would let pages of other ports of this machine
 * through.
 * @param friends origins that may, besides our own.
 */
export function assertOwnPage(req: Request, friends: ReadonlySet<string>): void {
  const { origin } = req.headers;
  if (isOwnPage(req) || (origin !== undefined && friends.has(origin))) return;
  throw new GatewayError({
    type: 'permission_denied',
    message: "A browser's session serves the gateway's own pages only. Send the header Authorization: Bearer KEY.",
  });
}

/**
 * Browsers say where a request comes from, and no page can say it for them: in Sec-Fetch-Site, and where the address is
 * neither https nor this machine, in Origin only.
 */
function isOwnPage({ method, headers }: Request): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  const isSafe = method === 'GET' || method === 'HEAD';
  // `none`: typed in, or opened from a bookmark.
  if (site !== undefined) return site === 'same-origin' || (site === 'none' && isSafe);
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host;
  return isSafe;
}
