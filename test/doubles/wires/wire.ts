import type { Answer } from '../behaviour.ts';
import type { VendorErrorName } from '../fixtures/vendor-errors.ts';

/** The parts of a streamed answer, as the vendor frames them. */
export interface StreamFrames {
  /** Before the first token. */
  head: string[];
  tokens: string[];
  /** Finish reason and usage. */
  finish: string[];
  /** What says that nothing follows (`[DONE]`), where the vendor has such a thing. */
  done: string[];
}

/** A call as the wires read it. */
export interface WireCall {
  path: string;
  body: Record<string, unknown>;
}

/** One vendor's way to write answers and errors. */
export interface Wire {
  wantsStream(call: WireCall): boolean;
  modelOf(call: WireCall): string;
  frames(call: WireCall, answer: Answer): StreamFrames;
  json(call: WireCall, answer: Answer): string;
  /** A well-formed answer that says nothing. */
  emptyJson(call: WireCall): string;
  errorEvent(error: VendorErrorName): string;
}

/** Text of the tokens still to be said: a last assistant message (`prefill`) that begins the answer is continued. */
export function remainingTokens(answer: Answer, prefill: string): string[] {
  const all = answer.parts ?? Array.from({ length: answer.tokens ?? 5 }, (_, index) => `t${index} `);
  let skip = prefill.length;
  if (skip === 0 || !all.join('').startsWith(prefill)) return all;
  return all.flatMap((token) => {
    const rest = token.slice(skip);
    skip = Math.max(0, skip - token.length);
    return rest === '' ? [] : [rest];
  });
}

/** Content of a last assistant message, else an empty string. */
export function prefillOf(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  const last: unknown = messages.at(-1);
  if (typeof last !== 'object' || last === null || !('role' in last) || !('content' in last)) return '';
  if (last.role !== 'assistant') return '';
  if (typeof last.content === 'string') return last.content;
  if (!Array.isArray(last.content)) return '';
  return last.content.map((part: { text?: string }) => part.text ?? '').join('');
}
