import { z } from 'zod';
import { isTerminal } from '../../domain/request-record.ts';
import { setRequestId } from '../gateway/answer-headers.ts';
import { requestObject, toRequestObject } from '../gateway/request-object.ts';
import type { Route, SignedInExchange } from '../http/exchange.ts';
import type { RequestOutcome } from '../operations/metrics.ts';
import { answerWithJson, answerWithStream, type WaitingRequest } from './chat-answer.ts';
import { parseChatRequest, qosHeader } from './chat-request.ts';
import { chatRequestBody } from './chat-request-schema.ts';

/** `Prefer: respond-async`: the request is accepted, and its address is the answer. Source: RFC 7240, section 4.1. */
async function answerAccepted(exchange: SignedInExchange, requestId: string): Promise<void> {
  const { ports, principal, res } = exchange;
  const record = await ports.record(principal.tenant, requestId);
  res.setHeader('location', `/v1/requests/${requestId}`);
  res.setHeader('preference-applied', 'respond-async');
  res.status(202).json(record ? toRequestObject(record) : { id: requestId, object: 'gateway.request' });
}

/**
 * A client that left without an Idempotency-Key wants nothing more: the model is stopped at once. Where the process
 * shuts down, it is the gateway that left: the request goes on in the next one, as after a crash.
 */
function cancelWhenGone(exchange: SignedInExchange, waiting: WaitingRequest): void {
  const { ports, principal, gone, log } = exchange;
  const cancel = (): void => {
    if (!waiting.cancellable || exchange.draining()) return;
    ports.cancel(principal.tenant, waiting.requestId).then(
      () => log.info({ requestId: waiting.requestId }, 'client left, request cancelled'),
      (error: unknown) => exchange.reportError(error),
    );
  };
  if (gone.aborted) cancel();
  else gone.addEventListener('abort', cancel, { once: true });
}

async function completeChat(exchange: SignedInExchange): Promise<void> {
  const { req, res, ports, principal, gone, metrics } = exchange;
  const request = parseChatRequest(await exchange.readJsonBody(req, res), req.headers);
  if (gone.aborted) return;
  const mode = request.respondAsync ? 'async' : request.stream ? 'stream' : 'json';
  const count = (outcome: RequestOutcome): void => metrics.modelRequests.inc({ modality: 'chat', mode, outcome });

  const { requestId } = await ports.submit(principal, request);
  setRequestId(res, requestId);
  if (request.respondAsync) {
    await answerAccepted(exchange, requestId);
    count('accepted');
    return;
  }
  const waiting: WaitingRequest = { requestId, cancellable: request.idempotencyKey === undefined };
  cancelWhenGone(exchange, waiting);
  try {
    const record = await (request.stream ? answerWithStream : answerWithJson)(exchange, waiting);
    count(record && isTerminal(record.status) ? record.status : 'disconnected');
  } catch (error) {
    if (gone.aborted) {
      count('disconnected');
      return;
    }
    count('failed');
    throw error;
  }
}

const header = (name: string, description: string) => ({
  name,
  in: 'header' as const,
  description,
  schema: z.string(),
});

/** `POST /v1/chat/completions`. */
export const chatCompletionsRoute: Route = {
  method: 'post',
  path: '/v1/chat/completions',
  access: 'key',
  scopes: ['inference'],
  doc: {
    summary: 'Answers a chat in the format of OpenAI, whole or as server-sent events',
    tag: 'openai',
    parameters: [
      header('Idempotency-Key', '1 to 255 printable characters: the same key and body join the same request'),
      header('Prefer', 'respond-async: 202 at once; the answer is read at /v1/requests/{id}'),
      qosHeader,
    ],
    body: chatRequestBody,
    responses: {
      200: {
        description:
          'A chat.completion; with stream: true, chat.completion.chunk events, each with an id, then [DONE]. ' +
          'event: gateway.restart voids the text before it; event: error ends an incomplete answer.',
        schema: z.looseObject({ id: z.string(), object: z.literal('chat.completion') }),
      },
      202: { description: 'Accepted (Prefer: respond-async)', schema: requestObject },
    },
  },
  handle: completeChat,
};
