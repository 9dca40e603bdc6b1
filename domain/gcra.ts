/**
 * The generic cell rate algorithm: so many requests at once, and then one each `60 s / rpm`. All it remembers is one
 * instant, `fullAtMs`: when the whole burst would be there again.
 * Source: ITU-T I.371, annex A, "virtual scheduling"; the same arithmetic stands in platform/rate-limit/enter-script.ts.
 */
export interface RequestAllowance {
  /** Requests a minute, which is also the burst. */
  limit: number;
  /** Requests that could be made at once now. */
  remaining: number;
  /** Until the whole burst is there again. */
  resetMs: number;
}

const minuteMs = 60_000;

/** How long a request would have to wait: 0 where it may go now. */
export function waitMs(rpm: number, fullAtMs: number, nowMs: number): number {
  return Math.max(0, fullAtMs - (minuteMs / rpm) * (rpm - 1) - nowMs);
}

/** The instant to remember once a request has gone. */
export function afterRequest(rpm: number, fullAtMs: number, nowMs: number): number {
  return Math.max(fullAtMs, nowMs) + minuteMs / rpm;
}

export function allowance(rpm: number, fullAtMs: number, nowMs: number): RequestAllowance {
  const resetMs = Math.max(0, fullAtMs - nowMs);
  // What a float leaves over must not cost a request.
  const used = Math.ceil((resetMs * rpm) / minuteMs - 1e-6);
  return { limit: rpm, remaining: Math.max(0, rpm - used), resetMs };
}
