import type { ChatCompletionChunk } from './chat.ts';
import { type Delivered, isPlain } from './continuation.ts';
import type { StreamEvent } from './stream-event.ts';

/** A request's event log, read back after a provider or a process died. */
export interface DeliveredLog {
  lastSeq: number;
  /** Undefined where nothing of an answer has been delivered since the last restart. */
  answer?: Delivered;
  chunks: ChatCompletionChunk[];
}

/** Folds the log into what the client has now. */
export function deliveredFrom(events: readonly StreamEvent[]): DeliveredLog {
  const lastRestart = events.findLastIndex((event) => event.kind === 'restart');
  const chunks = events
    .slice(lastRestart + 1)
    .flatMap((event) => (event.kind === 'chunk' ? [JSON.parse(event.json) as ChatCompletionChunk] : []));
  const lastSeq = events.at(-1)?.seq ?? 0;
  const [first] = chunks;
  if (!first) return { lastSeq, chunks };
  const answer: Delivered = {
    id: first.id,
    created: first.created,
    model: first.model,
    text: chunks.map((chunk) => textOf(chunk)).join(''),
    plain: chunks.every((chunk) => isPlain(chunk)),
    finishedChoices: new Set(
      chunks.flatMap(({ choices }) => choices.flatMap((choice) => (choice.finish_reason == null ? [] : choice.index))),
    ).size,
  };
  return { lastSeq, answer, chunks };
}

function textOf(chunk: ChatCompletionChunk): string {
  return chunk.choices.map((choice) => (choice.index === 0 ? (choice.delta.content ?? '') : '')).join('');
}
