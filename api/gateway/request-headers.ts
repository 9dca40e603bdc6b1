import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../../domain/errors.ts';

const printable = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;
/** Source: W3C Trace Context, "traceparent Header", version 00. */
const traceparent = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const tracestate = /^[\x20-\x7e]{1,512}$/;

/** 1 to 255 printable ASCII characters. Throws `invalid_request` for any other. */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && printable.test(key)) return key;
  throw new GatewayError({
    type: 'invalid_request',
    message: 'Idempotency-Key must have 1 to 255 printable ASCII characters.',
    param: 'Idempotency-Key',
  });
}

/** True for `Prefer: respond-async` (RFC 7240), alone or among other preferences. */
export function prefersAsync(headers: IncomingHttpHeaders): boolean {
  const { prefer } = headers;
  if (prefer === undefined) return false;
  const preferences = (Array.isArray(prefer) ? prefer : [prefer]).flatMap((value) => value.split(','));
  return preferences.some((preference) => preference.split(';', 1)[0]?.trim().toLowerCase() === 'respond-async');
}

/** The caller's trace, where it sent a valid one. An invalid one is left out, as W3C Trace Context asks. */
export function traceHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const parent = headers['traceparent'];
  if (typeof parent !== 'string' || !traceparent.test(parent)) return {};
  const state = headers['tracestate'];
  return {
    traceparent: parent,
    ...(typeof state === 'string' && tracestate.test(state) && { tracestate: state }),
  };
}
