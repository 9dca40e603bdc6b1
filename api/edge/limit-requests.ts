import type { Response } from 'express';
import { GatewayError } from '../../domain/errors.ts';
import type { RequestAllowance } from '../../domain/gcra.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Entry } from '../../platform/rate-limit/contract.ts';
import type { Route } from '../http/exchange.ts';
import type { ApiPorts } from '../ports.ts';

/** No request goes on for longer. */
const longestRequestMs = 86_400_000;

/** What asks for work of a model counts; reading and steering what is there does not. */
export function isCounted(route: Route): boolean {
  return route.access === 'key' && route.method === 'post' && route.scopes.every((scope) => scope === 'inference');
}

/**
 * Counts a request against its limits and tells the caller in the headers of OpenAI what is left of them. Its place is
 * held until the request has ended, also where the caller does not wait for that. Throws `rate_limited`.
 */
export async function limitRequests(ports: ApiPorts, principal: Principal, res: Response): Promise<void> {
  const entry = await ports.enter(principal);
  if (!entry) return;
  if (entry.requests) setAllowanceHeaders(res, entry.requests);
  if (entry.kind === 'refused') throw refused(entry);
  res.once('close', () => void leaveAtEnd(ports, principal, res).finally(entry.leave));
}

/** Source: OpenAI API reference, "Rate limits in headers". */
function setAllowanceHeaders(res: Response, { limit, remaining, resetMs }: RequestAllowance): void {
  res.setHeader('x-ratelimit-limit-requests', String(limit));
  res.setHeader('x-ratelimit-remaining-requests', String(remaining));
  res.setHeader('x-ratelimit-reset-requests', durationText(resetMs));
}

/** `6m0s`, `1.5s`, `20ms`: as Go, and with it OpenAI, writes durations. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const tenths = Math.ceil(ms / 100);
  const seconds = (tenths % 600) / 10;
  return tenths < 600 ? `${seconds}s` : `${Math.floor(tenths / 600)}m${seconds}s`;
}

function refused({ by, subject, retryAfterMs }: Extract<Entry, { kind: 'refused' }>): GatewayError {
  const { rpm, concurrency } = subject.limits;
  const limit = by === 'rpm' ? `${rpm} requests a minute` : `${concurrency} requests at a time`;
  const message = `More than the ${limit} that are allowed here. Try again after Retry-After.`;
  return new GatewayError({ type: 'rate_limited', message, retryAfterMs });
}

/** A request goes on behind its answer where it was only accepted, or where the caller left and it has a key. */
async function leaveAtEnd(ports: ApiPorts, { tenant }: Principal, res: Response): Promise<void> {
  const requestId = String(res.getHeader('x-request-id'));
  if (!requestId.startsWith('req_') || (res.writableFinished && res.statusCode !== 202)) return;
  const signal = AbortSignal.timeout(longestRequestMs);
  try {
    for await (const { kind } of ports.follow({ requestId, tenant, afterSeq: 0, signal, events: false })) {
      if (kind === 'settled') return;
    }
  } catch {
    // Nobody can say any more whether it goes on.
  }
}
