import type { ChatChunkChoice, ChatCompletion, ChatCompletionChunk } from '../domain/chat.ts';
import { GatewayError } from '../domain/errors.ts';
import type { ChatCall } from './contract.ts';

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
      this.#saidSomething ||= saysSomething(choice.delta);
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
    if (this.#finishReasons.size === 0) throw emptyAnswer(this.#call);
    if (!this.isFinished(marked)) {
      throw new GatewayError({
        type: 'provider_interrupted',
        message: `${this.#call.deployment.provider.name}: the stream ended before the answer was finished`,
      });
    }
    const reasons: ChatChunkChoice['finish_reason'][] = [...this.#finishReasons.values()];
    if (!this.#saidSomething && !mayBeEmpty(this.#call, reasons)) throw emptyAnswer(this.#call);
  }
}

/** Throws `provider_protocol` for a completion without choices, or whose choices say nothing. */
export function assertSaysSomething({ choices }: ChatCompletion, call: ChatCall): void {
  const reasons = choices.map((choice) => choice.finish_reason);
  const said = choices.some((choice) => saysSomething(choice.message)) || mayBeEmpty(call, reasons);
  if (choices.length === 0 || !said) throw emptyAnswer(call);
}

function emptyAnswer({ deployment }: ChatCall): GatewayError {
  return new GatewayError({ type: 'provider_protocol', message: `${deployment.provider.name}: the answer is empty` });
}

/**
 * A continued text may be at its end already, a stop sequence may come first, thinking may use all tokens up, and a
 * filter may take everything. Otherwise an empty answer is a fault of the server.
 */
function mayBeEmpty(call: ChatCall, finishReasons: ChatChunkChoice['finish_reason'][]): boolean {
  if (call.prefill !== undefined || (call.body['stop'] ?? null) !== null) return true;
  return finishReasons.some((reason) => reason === 'length' || reason === 'content_filter');
}

function saysSomething(message: object): boolean {
  return Object.entries(message).some(([field, value]) => field !== 'role' && hasContent(value));
}

function hasContent(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === 'object' && value !== null;
}
