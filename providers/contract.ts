import type { ChatCompletion, ChatCompletionChunk, ChatCompletionRequest } from '../domain/chat.ts';
import type { Deployment } from '../domain/deployment.ts';
import type { ReportedQuota } from '../domain/routing/figures.ts';

/** One call of one deployment. */
export interface ChatCall {
  deployment: Deployment;
  /**
   * The client's body as it came (unknown fields included), without the `gateway` field. The adapter puts the
   * deployment's model name in, and asks for usage in the stream.
   */
  body: ChatCompletionRequest;
  /** True: answer with chunks. False: answer with one completion. */
  stream: boolean;
  /** Nothing of the request may leave, not even the address of an image to be fetched. */
  keptInside?: boolean;
  /** Text already delivered, to be continued by a deployment with the `prefill` capability. */
  prefill?: string;
  /** `traceparent` and `tracestate` for the provider to continue from; sent as they are. */
  traceHeaders?: Record<string, string>;
  /** Told what the provider's headers say of its limits, as soon as they are there. */
  onQuota?: (quota: ReportedQuota) => void;
  /** Ends the HTTP exchange at once when aborted; the adapter then rejects with the signal's reason. */
  signal: AbortSignal;
}

/**
 * A chunk as the provider sent it. `raw` is the JSON text to forward where the provider already speaks the client's
 * wire, so that not even the order of fields changes; adapters that convert leave it out.
 */
export interface ProviderChunk {
  chunk: ChatCompletionChunk;
  raw?: string;
}

/** A whole answer; `raw` as for a chunk. */
export interface ProviderAnswer {
  completion: ChatCompletion;
  raw?: string;
}

/**
 * Speaks one wire format for chat. Throws only `GatewayError` with a `provider_*` type or `not_supported` (or the abort reason); never
 * retries; holds no state beyond connections.
 */
export interface ChatAdapter {
  /** One JSON answer. */
  complete(call: ChatCall): Promise<ProviderAnswer>;
  /**
   * The answer as chunks, each yielded as it comes; reading slowly slows the provider (back-pressure). Ends normally
   * only after a finish reason was seen for every choice; otherwise throws `provider_interrupted`. The last chunks
   * carry `usage` where the provider gives it.
   */
  stream(call: ChatCall): AsyncIterable<ProviderChunk>;
}
