import type { IncomingHttpHeaders } from 'node:http';

/** A longer wait is not a wait that a request can make: the deadline ends it first. */
const maxRetryAfterMs = 60 * 60 * 1000;

/**
 * How long the provider asks us to wait, in milliseconds: `retry-after-ms` (OpenAI, Azure), else Retry-After in
 * seconds or as an HTTP date (RFC 9110, 10.2.3). At most an hour; undefined where it is absent or makes no sense.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const milliseconds = headers['retry-after-ms'];
  if (typeof milliseconds === 'string') {
    const wait = bounded(decimal(milliseconds));
    if (wait !== undefined) return wait;
  }
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const seconds = decimal(value);
  if (seconds !== undefined) return bounded(seconds * 1000);
  // Date.parse makes dates of much that is none; every HTTP date begins with its weekday.
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(value) ? bounded(Date.parse(value) - nowMs) : undefined;
}

/** A protobuf duration such as `34s` or `2.5s` (google.rpc.RetryInfo) in milliseconds. */
export function durationMs(duration: string): number | undefined {
  return duration.endsWith('s') ? bounded((decimal(duration.slice(0, -1)) ?? Number.NaN) * 1000) : undefined;
}

function decimal(text: string): number | undefined {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function bounded(wait: number | undefined): number | undefined {
  if (wait === undefined || Number.isNaN(wait)) return undefined;
  return Math.ceil(Math.min(Math.max(wait, 0), maxRetryAfterMs));
}
