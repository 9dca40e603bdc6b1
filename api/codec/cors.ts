import type { NextFunction, Request, Response } from 'express';

const preflightAgeSeconds = 600;

/**
 * Lets pages of `origins` (a Temporal UI that is served elsewhere) use the codec from a browser, and no other. The UI
 * that the gateway serves itself needs none of this.
 */
export function codecCors(origins: ReadonlySet<string>) {
  return (req: Request, res: Response, next: NextFunction): void => {
    res.vary('Origin');
    const { origin } = req.headers;
    const isAllowed = origin !== undefined && origins.has(origin);
    if (isAllowed) {
      res.setHeader('access-control-allow-origin', origin);
      res.setHeader('access-control-allow-credentials', 'true');
    }
    if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) {
      next();
      return;
    }
    if (isAllowed) {
      res.setHeader('access-control-allow-methods', 'POST');
      res.setHeader('access-control-allow-headers', 'authorization, authorization-extras, content-type, x-namespace');
      res.setHeader('access-control-max-age', String(preflightAgeSeconds));
    }
    res.status(204).end();
  };
}
