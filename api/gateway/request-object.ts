import { z } from 'zod';
import { attemptOutcomes, type RequestRecord } from '../../domain/request-record.ts';
import { errorEnvelope, errorEnvelopeSchema } from '../openai/error-envelope.ts';
import { routeObject, toRouteObject } from './route-object.ts';

const unixSeconds = z.int().describe('Unix time in seconds');

/** What `GET /v1/requests/{id}` answers. */
export const requestObject = z.object({
  id: z.string(),
  object: z.literal('gateway.request'),
  status: z.enum(['queued', 'in_progress', 'awaiting_approval', 'completed', 'failed', 'cancelled']),
  modality: z.enum(['chat', 'embedding', 'image', 'transcription', 'speech']),
  created_at: unixSeconds,
  finished_at: unixSeconds.nullable(),
  alias: z.string().describe('Model name the client asked for'),
  deployment: z.string().nullable().describe('Deployment whose answer was given'),
  stream: z.boolean(),
  route: routeObject.nullable().describe('How the deployments were chosen'),
  redaction: z
    .object({ entities: z.record(z.string(), z.int()), terms: z.record(z.string(), z.int()) })
    .nullable()
    .describe('How often personal data and sensitive words were found in it; null where nothing was looked for'),
  attempts: z.array(
    z.object({
      deployment: z.string(),
      outcome: z.enum(attemptOutcomes),
      error_type: z.string().nullable(),
      latency_ms: z.number().nullable(),
      cost_usd: z.number(),
    }),
  ),
  cost_usd: z.number(),
  usage: z.record(z.string(), z.unknown()).nullable(),
  result: z.unknown().describe('The whole answer once completed, else null; null in lists'),
  error: errorEnvelopeSchema.shape.error.nullable(),
  artifacts: z.array(z.unknown()),
});

export type RequestObject = z.output<typeof requestObject>;

const usd = (costMicroUsd: number): number => costMicroUsd / 1_000_000;
const toUnixSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** A record as its owner sees it; `result` is the parsed answer, null where there is none or it was not asked for. */
export function toRequestObject(record: RequestRecord, result: unknown = null): RequestObject {
  return {
    id: record.id,
    object: 'gateway.request',
    status: record.status,
    modality: record.modality,
    created_at: toUnixSeconds(record.createdAt),
    finished_at: record.finishedAt ? toUnixSeconds(record.finishedAt) : null,
    alias: record.alias,
    deployment: record.deployment ?? null,
    stream: record.stream,
    route: record.route ? toRouteObject(record.route) : null,
    redaction: record.found ?? null,
    attempts: record.attempts.map((attempt) => ({
      deployment: attempt.deployment,
      outcome: attempt.outcome,
      error_type: attempt.errorType ?? null,
      latency_ms: attempt.latencyMs ?? null,
      cost_usd: usd(attempt.costMicroUsd),
    })),
    cost_usd: usd(record.costMicroUsd),
    usage: record.usage ?? null,
    result,
    error: record.error ? errorEnvelope(record.error).error : null,
    artifacts: [],
  };
}
