import type { ChatUsage } from './chat.ts';
import type { Modality } from './deployment.ts';
import type { GatewayErrorInfo, GatewayErrorType } from './errors.ts';
import type { FoundInRequest } from './privacy/content-guard.ts';
import type { RoutingDecision } from './routing/decision.ts';

export type RequestStatus = 'queued' | 'in_progress' | 'awaiting_approval' | 'completed' | 'failed' | 'cancelled';
export type TerminalStatus = Extract<RequestStatus, 'completed' | 'failed' | 'cancelled'>;

export function isTerminal(status: RequestStatus): status is TerminalStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/**
 * How a call of a deployment ended. `lost`: the process died before it could say; the call may have been billed by the
 * provider, and the next try is an attempt of its own. `rejected`: the answer was a draft and was not good enough.
 * `sampled`, `judged`: the call helped to judge a draft. `cached`: an answer that was kept stood in for the call.
 */
export const attemptOutcomes = [
  'in_progress',
  'succeeded',
  'failed',
  'cancelled',
  'lost',
  'rejected',
  'sampled',
  'judged',
  'cached',
] as const;
export type AttemptOutcome = (typeof attemptOutcomes)[number];

export interface AttemptRecord {
  deployment: string;
  outcome: AttemptOutcome;
  errorType?: GatewayErrorType;
  latencyMs?: number;
  costMicroUsd: number;
}

/** What the gateway keeps about a request, as an owner sees it. */
export interface RequestRecord {
  id: string;
  tenant: string;
  /** Temporal run that owns the record now; a retry or a reset is another run of the same request. */
  runId?: string;
  modality: Modality;
  alias: string;
  stream: boolean;
  status: RequestStatus;
  createdAt: Date;
  finishedAt?: Date;
  /** Deployment whose answer was given. */
  deployment?: string;
  /** How the run was routed; absent until it is, and where no deployment was looked for. */
  route?: RoutingDecision;
  /** Kinds of personal data and categories of words found in it, with their counts; absent where nothing was looked for. */
  found?: FoundInRequest;
  attempts: AttemptRecord[];
  usage?: ChatUsage;
  costMicroUsd: number;
  error?: GatewayErrorInfo;
}
