import { isRecord, stringAt } from '../json.ts';
import { durationMs } from './retry-after.ts';

/** What the vendors' error bodies have in common. */
export interface ErrorPayload {
  message?: string;
  /** The vendor's own words for the kind of error: its `type`, `code`, `status` and reasons. */
  words: string[];
  /** A status inside the payload: errors within a stream have no other. */
  status?: number;
  retryAfterMs?: number;
}

/**
 * Reads the error objects of OpenAI `{error:{message,type,code}}`, Anthropic `{type:"error",error:{type,message}}`,
 * Google `{error:{code,status,message,details}}` (also in an array), Ollama `{error:"…"}`, vLLM
 * `{object:"error",message,type,code}` and FastAPI `{detail:"…"}`.
 */
export function errorPayload(value: unknown): ErrorPayload {
  const outer = Array.isArray(value) ? (value as unknown[])[0] : value;
  if (!isRecord(outer)) return { words: [] };
  if (typeof outer['error'] === 'string') return { message: outer['error'], words: [] };
  const error = isRecord(outer['error']) ? outer['error'] : outer;
  const details = Array.isArray(error['details']) ? error['details'].filter(isRecord) : [];
  const message = stringAt(error, 'message') ?? stringAt(error, 'detail');
  const words = [error['type'], error['code'], error['status'], ...details.map((detail) => detail['reason'])];
  const status = Number(error['code'] ?? error['status']);
  const retryDelay = details.map((detail) => stringAt(detail, 'retryDelay')).find((delay) => delay !== undefined);
  const retryAfterMs = retryDelay === undefined ? undefined : durationMs(retryDelay);
  return {
    words: words.filter((word) => typeof word === 'string'),
    ...(message !== undefined && { message }),
    ...(Number.isInteger(status) && status >= 400 && status <= 599 && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
