import { Router, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { GatewayError } from '../../domain/errors.ts';
import { assertScope, authenticate } from '../auth.ts';
import { isCounted, limitRequests } from '../edge/limit-requests.ts';
import { refuseForeignTenantIp } from '../edge/refuse-foreign-ips.ts';
import type { RequestMetrics } from '../operations/metrics.ts';
import type { ApiPorts } from '../ports.ts';
import { audited } from './audited.ts';
import { clientGone, type Exchange, type Route } from './exchange.ts';
import type { ReadJsonBody } from './json-body.ts';
import { noteRoute } from './observe.ts';
import { describeError } from './request-errors.ts';

/** What every route is given. */
export interface RouteServices {
  ports: ApiPorts;
  logger: Logger;
  metrics: RequestMetrics;
  readJsonBody: ReadJsonBody;
  keepAliveMs: number;
  draining: () => boolean;
}

function openExchange(services: RouteServices, req: Request, res: Response): Exchange {
  const { ports, logger, metrics, readJsonBody, keepAliveMs, draining } = services;
  const reportError = (error: unknown): void => {
    logger.error({ requestId: res.getHeader('x-request-id'), err: describeError(error) }, 'request failed');
  };
  const gone = clientGone(res);
  return { req, res, ports, log: logger, metrics, readJsonBody, keepAliveMs, reportError, gone, draining };
}

async function serve(services: RouteServices, route: Route, req: Request, res: Response): Promise<void> {
  noteRoute(res, route.path);
  const exchange = openExchange(services, req, res);
  if (route.access === 'open') {
    await route.handle(exchange);
    return;
  }
  if (services.draining()) {
    res.setHeader('connection', 'close');
    throw new GatewayError({
      type: 'not_ready',
      message: 'The gateway is shutting down. Send the request again.',
      retryAfterMs: 1000,
    });
  }
  const principal = await authenticate(services.ports, req, route.session === true);
  await audited(exchange, route, principal, async () => {
    assertScope(principal, route.scopes);
    refuseForeignTenantIp(services.ports, req, principal);
    if (isCounted(route)) await limitRequests(services.ports, principal, res);
    await route.handle({ ...exchange, principal });
  });
}

/** A router for the table of routes. A known path with another method is `method_not_allowed`, with `Allow`. */
export function mountRoutes(routes: readonly Route[], services: RouteServices): Router {
  const router = Router();
  const methods = new Map<string, Set<string>>();
  for (const route of routes) {
    router[route.method](route.path, (req, res) => serve(services, route, req, res));
    const known = methods.get(route.path) ?? new Set();
    // Express answers HEAD by the route of GET.
    for (const method of route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()]) known.add(method);
    methods.set(route.path, known);
  }
  for (const [path, known] of methods) {
    const allow = [...known].join(', ');
    router.all(path, (_req, res) => {
      noteRoute(res, path);
      res.setHeader('allow', allow);
      throw new GatewayError({ type: 'method_not_allowed', message: `This address takes ${allow}.` });
    });
  }
  return router;
}
