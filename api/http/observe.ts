import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { RequestMetrics } from '../operations/metrics.ts';

/** Path of the matched route, for metrics and logs; a path that clients make up must never become a label. */
const routes = new WeakMap<object, string>();

export function noteRoute(res: object, path: string): void {
  routes.set(res, path);
}

export function notedRoute(res: object): string | undefined {
  return routes.get(res);
}

/** Gives every answer an `x-request-id`, and counts, times and logs it when its connection is done with it. */
export function observeRequests(metrics: RequestMetrics, logger: Logger): RequestHandler {
  return (req, res, next) => {
    const started = performance.now();
    res.setHeader('x-request-id', randomUUID());
    metrics.httpInFlight.inc();
    // Writing to a connection that was reset is no fault of ours.
    res.on('error', () => {});
    res.once('close', () => {
      metrics.httpInFlight.dec();
      const durationMs = performance.now() - started;
      const route = notedRoute(res) ?? 'unmatched';
      const status = res.headersSent ? res.statusCode : 499;
      metrics.httpDuration.observe({ method: req.method, route, status }, durationMs / 1000);
      logger.info(
        {
          requestId: res.getHeader('x-request-id'),
          method: req.method,
          route,
          status,
          durationMs: Math.round(durationMs),
        },
        'answered',
      );
    });
    next();
  };
}
