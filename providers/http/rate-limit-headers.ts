import type { IncomingHttpHeaders } from 'node:http';
import type { ReportedQuota } from '../../domain/routing/figures.ts';

const longestResetMs = 3_600_000;
/** Where a provider says that nothing is left and not until when. */
const unknownResetMs = 1_000;

/**
 * What is left of a provider's limits: OpenAI's and Groq's `x-ratelimit-remaining-requests` and `-tokens` with
 * `x-ratelimit-reset-…`, Anthropic's `anthropic-ratelimit-requests-remaining` and `-reset`, and the plain
 * `x-ratelimit-remaining` of others. Undefined where there is none of them.
 */
export function quotaFrom(headers: IncomingHttpHeaders, nowMs: number): ReportedQuota | undefined {
  const at = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const left = (remaining: string | undefined, reset: string | undefined) => {
    if (remaining === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(remaining)) return undefined;
    return { remaining: Number(remaining), resetMs: resetMs(reset, nowMs) };
  };
  const requests =
    left(at('x-ratelimit-remaining-requests'), at('x-ratelimit-reset-requests')) ??
    left(at('anthropic-ratelimit-requests-remaining'), at('anthropic-ratelimit-requests-reset')) ??
    left(at('x-ratelimit-remaining'), at('x-ratelimit-reset'));
  const tokens =
    left(at('x-ratelimit-remaining-tokens'), at('x-ratelimit-reset-tokens')) ??
    left(at('anthropic-ratelimit-tokens-remaining'), at('anthropic-ratelimit-tokens-reset'));
  if (!requests && !tokens) return undefined;
  return { ...(requests && { requests }), ...(tokens && { tokens }) };
}

const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** `1s`, `6m0s`, `20ms` (OpenAI), seconds, an instant in Unix seconds or milliseconds, or a date (Anthropic). */
function resetMs(value: string | undefined, nowMs: number): number {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return bounded(fromNumber(Number(text), nowMs));
  if (/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
    return bounded(
      parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units], 0),
    );
  }
  return /^\d{4}-/.test(text) ? bounded(Date.parse(text) - nowMs) : unknownResetMs;
}

function fromNumber(value: number, nowMs: number): number {
  if (value > 1e11) return value - nowMs;
  return value > 1e8 ? value * 1000 - nowMs : value * 1000;
}

function bounded(wait: number): number {
  return Number.isNaN(wait) ? unknownResetMs : Math.ceil(Math.min(Math.max(wait, 0), longestResetMs));
}
