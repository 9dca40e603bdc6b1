import type { VendorErrorName } from './fixtures/vendor-errors.ts';

/** What an answer says and how it is sent. Text is `t0 t1 t2 …` so that doubled or lost tokens show. */
export interface Answer {
  kind: 'answer';
  /** Number of tokens; 5 where absent. */
  tokens?: number;
  /** Said instead of the numbered tokens, one chunk each. */
  parts?: string[];
  /** Thinking shown before the text. */
  reasoning?: string;
  toolCall?: { id: string; name: string; arguments: string };
  /** `stop` or `tool_calls` where absent. */
  finishReason?: string;
  /** Before the headers. */
  delayMs?: number;
  /** Between headers and the first token. */
  firstTokenMs?: number;
  /** Between tokens. */
  paceMs?: number;
  /** Writes the bytes in pieces of this size, so that events and characters are torn apart. */
  bytesPerWrite?: number;
}

/**
 * What the double does with one call.
 *
 * - `raw`: these bytes, and then the end (where nothing else is said).
 * - `compressed`: an answer in an encoding that was not accepted.
 * - `hang`: no headers, ever. `stall`: headers and `afterTokens` tokens, then nothing.
 * - `reset`: the socket is destroyed before the first byte. `cut`: after `afterTokens` tokens.
 * - `unfinished`: clean end without a finish reason. `no-done`: finish reason, but no `[DONE]`.
 * - `endless`: tokens of `tokenBytes` bytes without an end, as fast as they are read.
 * - `gzip-bomb`: `decodedBytes` of zeros in gzip although none was accepted, as JSON or as one SSE event.
 * - `wrong-length`: Content-Length is `byBytes` more (or fewer) than what is sent.
 */
export type Behaviour =
  | Answer
  | { kind: 'error'; error: VendorErrorName; headers?: Record<string, string> }
  | { kind: 'raw'; status: number; headers: Record<string, string>; body: string; after?: 'end' | 'reset' | 'hang' }
  | { kind: 'compressed'; encoding: 'gzip' | 'deflate' | 'br' | 'zstd' }
  | { kind: 'hang' }
  | { kind: 'stall'; afterTokens: number }
  | { kind: 'reset' }
  | { kind: 'cut'; afterTokens: number }
  | { kind: 'unfinished'; afterTokens: number }
  | { kind: 'no-done' }
  | { kind: 'malformed'; afterTokens: number }
  | { kind: 'error-event'; afterTokens: number; error: VendorErrorName }
  | { kind: 'html' }
  | { kind: 'empty' }
  | { kind: 'endless'; tokenBytes?: number; paceMs?: number }
  | { kind: 'gzip-bomb'; decodedBytes: number }
  | { kind: 'wrong-length'; byBytes: number };
