import type { EventSourceMessage } from 'eventsource-parser';
import type { ChatChunkChoice, ChatCompletionChunk } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Provider } from '../../domain/deployment.ts';
import { errorFromPayload } from '../http/error-from-response.ts';
import { isRecord, parseJson, type JsonObject } from '../json.ts';

/**
 * One event of a stream as a chunk. Throws what an error event means, and `provider_protocol` for anything that is not
 * a chunk.
 */
export function parseChunk(event: EventSourceMessage, provider: Provider): ChatCompletionChunk {
  const value = parseJson(event.data);
  if (!isRecord(value)) throw malformed(provider, 'is not JSON');
  if (event.event === 'error' || isErrorObject(value)) throw errorFromPayload(provider, value);
  // Some servers leave `choices` out of the event that carries the usage.
  const candidate = isRecord(value['usage']) ? { choices: [], ...value } : value;
  if (!isChunk(candidate)) throw malformed(provider, 'has no well-formed choices');
  return candidate;
}

/** OpenAI's `{"error":…}`, and vLLM's `{"object":"error",…}`. */
export function isErrorObject(value: JsonObject): boolean {
  return (value['error'] !== undefined && value['error'] !== null) || value['object'] === 'error';
}

/** The fields the gateway reads; a server may leave the others out. */
function isChunk(value: JsonObject): value is ChatCompletionChunk {
  return Array.isArray(value['choices']) && value['choices'].every(isChoice);
}

function isChoice(value: unknown): value is ChatChunkChoice {
  return isRecord(value) && Number.isInteger(value['index']) && isRecord(value['delta']);
}

function malformed(provider: Provider, what: string): GatewayError {
  return new GatewayError({ type: 'provider_protocol', message: `${provider.name}: an event of the stream ${what}` });
}
