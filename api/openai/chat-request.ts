import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { ChatCompletionRequest } from '../../domain/chat.ts';
import { parseQosHeader } from '../gateway/options-schema.ts';
import { idempotencyKey, prefersAsync, traceHeaders } from '../gateway/request-headers.ts';
import { invalidField } from '../http/zod-issue.ts';
import type { ParameterDoc } from '../operations/openapi.ts';
import type { GatewayOptions, NewChatRequest } from '../ports.ts';
import { chatRequestBody } from './chat-request-schema.ts';

type ChatBody = ChatCompletionRequest & { gateway?: GatewayOptions | null };

export const qosHeader: ParameterDoc = {
  name: 'x-gateway-qos',
  in: 'header',
  description: 'cost=0.6,latency=0.3,quality=0.1; the field gateway.qos goes before it',
  schema: z.string(),
};

/** The schema judges and changes nothing, so the client's own object goes on, its order and unknown fields included. */
function assertChatBody(json: unknown): asserts json is ChatBody {
  const judged = chatRequestBody.safeParse(json);
  if (!judged.success) throw invalidField(judged.error);
}

/** What is asked of the gateway: the body's field, then the header for what the field leaves open. */
function readOptions(field: GatewayOptions, headers: IncomingHttpHeaders): GatewayOptions {
  const header = headers['x-gateway-qos'];
  const qos = field.qos ?? (typeof header === 'string' ? parseQosHeader(header) : undefined);
  return { ...field, ...(qos !== undefined && { qos }) };
}

/** A chat request as the gateway takes it. Throws `invalid_request` naming the field. */
export function parseChatRequest(json: unknown, headers: IncomingHttpHeaders): NewChatRequest {
  assertChatBody(json);
  const { gateway, ...body } = json;
  const key = idempotencyKey(headers);
  return {
    body,
    stream: body.stream === true,
    ...(key !== undefined && { idempotencyKey: key }),
    respondAsync: prefersAsync(headers),
    gateway: readOptions(gateway ?? {}, headers),
    traceHeaders: traceHeaders(headers),
  };
}
