import type { ChatChunkChoice, ChatCompletionChunk } from '../../domain/chat.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { ChatCall } from '../contract.ts';

/** Watches the chunks of one answer and judges, at the end of the stream, whether it was whole. */
export class StreamEnd {
  readonly #call: ChatCall;
  readonly #finishReasons = new Map<number, string | undefined>();
  #saidSomething = false;

  constructor(call: ChatCall) {
    this.#call = call;
  }

  see(chunk: ChatCompletionChunk): void {
    for (const choice of chunk.choices) {
      this.#finishReasons.set(choice.index, choice.finish_reason ?? this.#finishReasons.get(choice.index));
      this.#saidSomething ||= saysSomething(choice);
    }
  }

  /**
   * Every choice has its finish reason. A server that knows no `n` sends one choice and marks its end; without the
   * mark the other choices were cut off.
   */
  isFinished(marked: boolean): boolean {
    const seen = [...this.#finishReasons.values()];
    const expected = marked ? 1 : (this.#call.body.n ?? 1);
    return seen.length >= expected && seen.every((reason) => reason !== undefined);
  }

  /**
   * Throws `provider_protocol` for an answer that says nothing and `provider_interrupted` for one that is not
   * finished. `marked`: the provider said itself that nothing follows.
   */
  assertWhole(marked: boolean): void {
    const { provider } = this.#call.deployment;
    if (this.#finishReasons.size === 0) {
      throw new GatewayError({ type: 'provider_protocol', message: `${provider.name}: the answer is empty` });
    }
    if (!this.isFinished(marked)) {
      throw new GatewayError({
        type: 'provider_interrupted',
        message: `${provider.name}: the stream ended before the answer was finished`,
      });
    }
    if (this.#saidSomething || mayBeEmpty(this.#call, [...this.#finishReasons.values()])) return;
    throw new GatewayError({ type: 'provider_protocol', message: `${provider.name}: the answer is empty` });
  }
}

/**
 * A continued text may be at its end already, a stop sequence may come first, thinking may use all tokens up, and a
 * filter may take everything. Otherwise an empty answer is a fault of the server.
 */
export function mayBeEmpty(call: ChatCall, finishReasons: (string | null | undefined)[]): boolean {
  if (call.prefill !== undefined || (call.body['stop'] ?? null) !== null) return true;
  return finishReasons.some((reason) => reason === 'length' || reason === 'content_filter');
}

function saysSomething(choice: ChatChunkChoice): boolean {
  return Object.entries(choice.delta).some(([field, value]) => field !== 'role' && hasContent(value));
}

/** True for a text, list or object with something in it. */
export function hasContent(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null;
}
