import { Agent, type IncomingHttpHeaders, request as openRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import { GatewayError, type GatewayErrorType } from '../../domain/errors.ts';
import { operatorTenant, type Principal } from '../../domain/principal.ts';
import { assertScope, authenticate } from '../auth.ts';
import { refuseForeignTenantIp } from '../edge/refuse-foreign-ips.ts';
import { noteRoute } from '../http/observe.ts';
import type { ApiPorts } from '../ports.ts';
import { otherCookiesOf } from './session-cookie.ts';

/** The path that the Temporal UI is told to live under (`--ui-public-path`). */
const publicPath = '/temporal';
const longestTarget = 256;

/** The UI's own page has inline scripts; whatever it loads comes from here. */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** RFC 9110, 7.6.1: meant for the next hop only. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
/** Who signed in here is none of the UI's business. */
const ours = ['authorization', 'x-api-key', 'host'];
/** Said by us, for all that we serve. */
const notTheirs = ['content-security-policy', 'x-frame-options', 'strict-transport-security'];

/**
 * Serves the Temporal UI to operators who signed in, under the gateway's own address: the codec is then of the same
 * origin, so that the browser sends the session to it and shows what histories hold. All tenants are in there, so it is
 * for the operator's own tenant only.
 */
export function temporalUi(ports: ApiPorts): RequestHandler {
  const agent = new Agent({ keepAlive: true });
  return async (req, res, next) => {
    const { temporalUi: address } = ports.pages;
    if (address === undefined) {
      next();
      return;
    }
    noteRoute(res, publicPath);
    let operator: Principal;
    try {
      operator = await operatorOf(ports, req);
    } catch (error) {
      if (!isPageVisit(req) || !(error instanceof GatewayError) || error.type !== 'authentication_failed') throw error;
      res.redirect(303, `/ui/sign-in?next=${encodeURIComponent(req.originalUrl)}`);
      return;
    }
    const target = targetOf(req, address);
    if (req.method === 'GET' || req.method === 'HEAD') await forward(target, agent, req, res);
    else await onRecord(ports, operator, target, () => forward(target, agent, req, res));
  };
}

/** Only the path and the question are the caller's: whatever is written as the address, it stays the UI's. */
function targetOf({ originalUrl }: Request, address: string): URL {
  const asked = new URL(originalUrl, address);
  const target = new URL(address);
  target.pathname = asked.pathname;
  target.search = asked.search;
  if (target.pathname === publicPath || target.pathname.startsWith(`${publicPath}/`)) return target;
  throw new GatewayError({ type: 'not_found', message: `The Temporal UI lives under ${publicPath}.` });
}

/** What an operator changes here (reset, signal, terminate) is in the audit log, from before it happens. */
async function onRecord(
  { audit }: Pick<ApiPorts, 'audit'>,
  { id, tenant, ip = '' }: Principal,
  { pathname }: URL,
  change: () => Promise<number>,
): Promise<void> {
  const target = pathname.slice(publicPath.length, publicPath.length + longestTarget);
  const end = await audit.begin({ action: 'temporal.changed', target, principal: id, tenant, ip });
  try {
    const status = await change();
    await end(status < 400 ? { outcome: 'done', error_type: null, target } : refusedBy('invalid_request', target));
  } catch (error) {
    await end(refusedBy('not_ready', target));
    throw error;
  }
}

function refusedBy(type: GatewayErrorType, target: string) {
  return { outcome: 'refused', error_type: type, target } as const;
}

async function operatorOf(ports: ApiPorts, req: Request): Promise<Principal> {
  const principal = await authenticate(ports, req, true);
  assertScope(principal, ['operator', 'admin']);
  refuseForeignTenantIp(ports, req, principal);
  if (principal.tenant === operatorTenant) return principal;
  throw new GatewayError({
    type: 'permission_denied',
    message: `The Temporal UI shows all tenants. It needs a key of the tenant '${operatorTenant}'.`,
  });
}

function isPageVisit(req: Request): boolean {
  return req.method === 'GET' && (req.headers.accept ?? '').includes('text/html');
}

/** Resolves with the UI's status when its answer has been passed on. */
async function forward(target: URL, agent: Agent, req: Request, res: Response): Promise<number> {
  const upstream = openRequest(target, { agent, method: req.method, headers: requestHeaders(req.headers) });
  res.once('close', () => upstream.destroy());
  const answered = new Promise<void>((resolve, reject) => {
    upstream.once('error', reject);
    upstream.once('response', (answer) => {
      res.status(answer.statusCode ?? 502);
      for (const [name, value] of Object.entries(answer.headers)) {
        if (value !== undefined && isPassedBack(name)) res.setHeader(name, value);
      }
      res.setHeader('content-security-policy', pagePolicy);
      res.setHeader('referrer-policy', 'same-origin');
      pipeline(answer, res).then(resolve, reject);
    });
  });
  try {
    await Promise.all([pipeline(req, upstream), answered]);
    return res.statusCode;
  } catch (error) {
    if (res.headersSent || res.destroyed) {
      res.destroy();
      return res.statusCode;
    }
    throw new GatewayError(
      { type: 'not_ready', message: 'The Temporal UI does not answer. See the log of the Temporal server.' },
      { cause: error },
    );
  }
}

function requestHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const dropped = new Set([...hopByHop, ...ours]);
  const passed = Object.entries(headers).filter(([name]) => !dropped.has(name));
  const { cookie, ...rest } = Object.fromEntries(passed) as IncomingHttpHeaders;
  const others = cookie === undefined ? '' : otherCookiesOf(cookie);
  return others === '' ? rest : { ...rest, cookie: others };
}

function isPassedBack(name: string): boolean {
  return !hopByHop.includes(name) && !notTheirs.includes(name) && !name.startsWith('access-control-');
}
