import type { ChatCompletion, ChatCompletionChoice } from '../../domain/chat.ts';
import { createChatAccumulator } from '../../domain/chat-accumulator.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ChatCall, ProviderAnswer } from '../contract.ts';
import { assertSaysSomething } from '../whole-answer.ts';
import { assertContentType } from '../http/content-type.ts';
import { errorFromException } from '../http/error-from-exception.ts';
import { errorFromPayload } from '../http/error-from-response.ts';
import { maxAnswerBytes } from '../http/limits.ts';
import { readText } from '../http/read-text.ts';
import { isRecord, parseJson, type JsonObject } from '../json.ts';
import { isErrorObject } from './parse-chunk.ts';
import { postChat } from './post-chat.ts';
import type { PrefillDialect } from './request-body.ts';
import { streamChat } from './stream-chat.ts';

/**
 * `POST /chat/completions` for one JSON answer; through a stream where the server cancels nothing else, and for a
 * continuation, because llama.cpp repeats the continued text in a JSON answer and not in a stream.
 */
export async function completeChat(call: ChatCall, dialect: PrefillDialect): Promise<ProviderAnswer> {
  if (call.deployment.provider.alwaysStream || call.prefill !== undefined) return foldStream(call, dialect);
  const { provider } = call.deployment;
  const { body, headers } = await postChat(call, false, dialect);
  let raw: string;
  try {
    assertContentType(headers, 'application/json', provider);
    raw = await readText(body, maxAnswerBytes, 'reject');
  } catch (error) {
    throw errorFromException(error, { provider, signal: call.signal, phase: 'within-answer' });
  } finally {
    body.destroy();
  }
  return { completion: parseCompletion(raw, call), raw };
}

async function foldStream(call: ChatCall, dialect: PrefillDialect): Promise<ProviderAnswer> {
  const accumulator = createChatAccumulator();
  for await (const { chunk } of streamChat(call, dialect)) accumulator.add(chunk);
  return { completion: accumulator.completion() };
}

function parseCompletion(raw: string, call: ChatCall): ChatCompletion {
  const { provider } = call.deployment;
  const malformed = (what: string) =>
    new GatewayError({ type: 'provider_protocol', message: `${provider.name}: ${what}` });
  const value = parseJson(raw);
  if (!isRecord(value)) throw malformed('the answer is not a JSON object');
  if (isErrorObject(value)) throw errorFromPayload(provider, value);
  if (!isCompletion(value)) throw malformed('the answer has no well-formed choices');
  assertSaysSomething(value, call);
  return value;
}

/** The fields the gateway reads; a server may leave the others out. */
function isCompletion(value: JsonObject): value is ChatCompletion {
  return Array.isArray(value['choices']) && value['choices'].every(isChoice);
}

function isChoice(value: unknown): value is ChatCompletionChoice {
  return isRecord(value) && isRecord(value['message']) && typeof value['finish_reason'] === 'string';
}
