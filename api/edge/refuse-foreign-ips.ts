import type { Request, RequestHandler } from 'express';
import { GatewayError } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import type { EdgePorts } from './ports.ts';

/** Probes come from the machine's own network and tell nothing but that the process lives. */
const open = new Set(['/healthz', '/readyz']);

function refused(req: Request): GatewayError {
  return new GatewayError({
    type: 'permission_denied',
    message: `The address ${req.ip} may not come in here. The operator names those that may, in allowIps.`,
  });
}

/** Lets only the addresses of `edge.allowIps` come further. Throws `permission_denied`. */
export function refuseForeignIps(ports: EdgePorts): RequestHandler {
  return (req, _res, next) => {
    if (!ports.allowsIp(req.ip ?? '') && !open.has(req.path)) throw refused(req);
    next();
  };
}

/** Keeps a caller out whose tenant does not come from this address. Throws `permission_denied`. */
export function refuseForeignTenantIp(ports: EdgePorts, req: Request, { tenant }: Principal): void {
  if (!ports.allowsIp(req.ip ?? '', tenant)) throw refused(req);
}
