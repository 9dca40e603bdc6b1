import { gatewayErrors } from './errors.ts';
import { isTerminal, type RequestRecord } from './request-record.ts';

/**
 * What is told when a request has ended: what `GET /v1/requests/{id}` shows of it, without the answer, which is read at
 * `result_url` by whoever has a key. Source of the frame: Standard Webhooks, "Payload structure".
 */
export interface WebhookEvent {
  type: `request.${'completed' | 'failed' | 'cancelled'}`;
  /** When the request ended, ISO 8601. */
  timestamp: string;
  data: Record<string, unknown>;
}

/** Undefined for a request that goes on (again). */
export function webhookEvent(record: RequestRecord): WebhookEvent | undefined {
  const { id, status, error, createdAt, finishedAt } = record;
  if (!isTerminal(status) || !finishedAt) return undefined;
  return {
    type: `request.${status}`,
    timestamp: finishedAt.toISOString(),
    data: {
      id,
      object: 'gateway.request',
      status,
      modality: record.modality,
      created_at: Math.floor(createdAt.getTime() / 1000),
      finished_at: Math.floor(finishedAt.getTime() / 1000),
      alias: record.alias,
      deployment: record.deployment ?? null,
      usage: record.usage ?? null,
      cost_usd: record.costMicroUsd / 1_000_000,
      error: error ? { message: error.message, type: gatewayErrors[error.type].openaiType, code: error.type } : null,
      result_url: `/v1/requests/${id}`,
    },
  };
}

/** The same for every delivery of one outcome, so that a receiver knows a repeated one. */
export function webhookIdOf(requestId: string, runId: string): string {
  return `msg_${requestId.replace(/^req_/, '')}_${runId.slice(0, 8)}`;
}

/** Id of the workflow that delivers; `delivery` tells the first one from those that were asked for later. */
export function webhookWorkflowId(requestId: string, delivery: string): string {
  return `webhook_${requestId}_${delivery}`;
}
