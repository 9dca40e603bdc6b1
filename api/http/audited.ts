import type { Response } from 'express';
import { GatewayError, type GatewayErrorType } from '../../domain/errors.ts';
import { actionOf, targetOf } from '../admin/audit-actions.ts';
import type { Principal } from '../ports.ts';
import type { Exchange, Route } from './exchange.ts';
import { toErrorInfo } from './request-errors.ts';

/** What refuses a known caller by a rule, rather than by the state of things. */
const refusals: ReadonlySet<GatewayErrorType> = new Set([
  'permission_denied',
  'budget_exceeded',
  'content_filter',
  'no_deployment',
]);

/**
 * Does a caller's work and leaves in the audit log what that is to hold of it: an administrator's action, from before it
 * begins, and the refusal of what never became a request. A request leaves its own record when it is settled.
 */
export async function audited(
  exchange: Exchange,
  route: Route,
  principal: Principal,
  work: () => Promise<void>,
): Promise<void> {
  const action = actionOf(route);
  try {
    await (action === undefined ? work() : actOnRecord(exchange, route, principal, action, work));
  } catch (error) {
    if (error instanceof GatewayError && refusals.has(error.type) && action === undefined && !isRequest(exchange.res)) {
      await recordRefusal(exchange, route, principal, error.type);
    }
    throw error;
  }
}

async function actOnRecord(
  { req, res, ports, reportError }: Exchange,
  route: Route,
  principal: Principal,
  action: string,
  work: () => Promise<void>,
): Promise<void> {
  const target = targetOf(route, req.params);
  const end = await ports.audit.begin({ action, target, ...actorOf(principal) });
  try {
    await work();
  } catch (error) {
    await end({ outcome: 'refused', error_type: toErrorInfo(error).type, target }).catch(reportError);
    throw error;
  }
  const location = res.getHeader('location');
  const made = typeof location === 'string' ? location : undefined;
  // It is done and answered: where its end cannot be written, its beginning stays on record.
  await end({ outcome: 'done', error_type: null, target: targetOf(route, req.params, made) }).catch(reportError);
}

async function recordRefusal(
  { req, res, ports, reportError }: Exchange,
  { path }: Route,
  principal: Principal,
  type: GatewayErrorType,
): Promise<void> {
  const refusal = {
    request_id: String(res.getHeader('x-request-id')),
    method: req.method,
    route: path,
    error_type: type,
  };
  await ports.audit.refused({ ...refusal, ...actorOf(principal) }).catch(reportError);
}

/** From here on the answer is named after a request that was accepted. */
function isRequest(res: Response): boolean {
  return String(res.getHeader('x-request-id')).startsWith('req_');
}

function actorOf({ id, tenant, ip = '' }: Principal) {
  return { principal: id, tenant, ip };
}
