import type { Deployment } from '../deployment.ts';

/** Why no calls go to a deployment; `key_refused` is an operator's to mend. */
export type OpenReason = 'failing' | 'slow' | 'key_refused';

/** What is left of a provider's limits until they are filled again (milliseconds since the epoch). */
export interface Quota {
  requests?: { remaining: number; resetAtMs: number };
  tokens?: { remaining: number; resetAtMs: number };
}

/** What is known about a deployment right now, gathered from all processes. A figure never measured is absent. */
export interface LiveState {
  /** Time to the first token, recent calls weighted. */
  firstTokenMs?: { mean: number; tail: number };
  /** Of one stream, after its first token. */
  tokensPerSecond?: { mean: number; tail: number };
  /** Share of recent calls that failed, 0 to 1. */
  errorRate: number;
  inFlight: number;
  /** Calls started within the last 60 s. */
  callsLastMinute: number;
  /** `half_open`: one probe call at a time finds out whether the deployment is back. */
  breaker:
    | { state: 'closed' }
    | { state: 'open'; untilMs: number; reason: OpenReason }
    | { state: 'half_open'; probing: boolean }
    /** It is back, and takes this share (0 to 1) of its traffic: `admits` says whether the next request is in it. */
    | { state: 'recovering'; share: number; admits: boolean };
  /** The provider asked to be left alone until then (milliseconds since the epoch). */
  rateLimitedUntilMs?: number;
  /** What the provider's own headers say is left of its limits. */
  quota?: Quota;
  /** An operator takes the deployment out. */
  drained: boolean;
}

/** The state of a deployment nobody has called yet. */
export const untried: LiveState = {
  errorRate: 0,
  inFlight: 0,
  callsLastMinute: 0,
  breaker: { state: 'closed' },
  drained: false,
};

/** A deployment as routing sees it: plain data, without keys or addresses. */
export interface Candidate extends Pick<
  Deployment,
  'name' | 'modalities' | 'capabilities' | 'contextTokens' | 'maxOutputTokens' | 'price' | 'limits'
> {
  local: boolean;
  /** Chance (0 to 1) that the model answers this request well. */
  quality: number;
  live: LiveState;
}

/** What a request must obey, whatever is cheap, fast or good. */
export interface Constraints {
  localOnly: boolean;
  /** Names of the deployments the tenant or policy allows; all where absent. */
  allowed?: ReadonlySet<string>;
  /** What the request may cost at most, in micro-USD. */
  remainingMicroUsd?: number;
}

export interface Exclusion {
  reason: ExclusionReason;
  /** Whether it passes by itself, so that waiting within the deadline makes sense. */
  transient: boolean;
  /** For people: what was asked and what there is. */
  detail: string;
}

/** Why a deployment may not take a request. The permanent ones are facts about the two, the others pass. */
export const exclusionReasons = {
  modality: 'permanent',
  context_length: 'permanent',
  capability: 'permanent',
  not_allowed: 'permanent',
  local_only: 'permanent',
  price_unknown: 'permanent',
  budget: 'permanent',
  drained: 'transient',
  breaker_open: 'transient',
  recovering: 'transient',
  rate_limited: 'transient',
  concurrency: 'transient',
  rpm: 'transient',
} as const satisfies Record<string, 'permanent' | 'transient'>;

export type ExclusionReason = keyof typeof exclusionReasons;
