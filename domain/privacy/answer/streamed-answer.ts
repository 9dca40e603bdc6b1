import type { ChatChunkChoice, ChatCompletionChunk } from '../../chat.ts';
import { AnswerLanes } from './answer-lanes.ts';
import type { AnswerText } from './answer-text.ts';
import { showWhole } from './whole-answer.ts';

/** Chunks of a streamed answer as the caller gets them. */
export interface ShownStream {
  /**
   * One chunk for each of the provider's. What a text keeps back comes with the finish reason of its choice. With
   * `stopped` the answer is over: a term ended it, every choice that went on has finished by `content_filter`, and the
   * provider need not say more.
   */
  next(chunk: ChatCompletionChunk): { chunk: ChatCompletionChunk; stopped: boolean };
}

/** @param choices how many choices the request asked for. */
export function showStream(text: AnswerText, choices: number): ShownStream {
  const lanes = new Map<number, AnswerLanes>();
  const finished = new Set<number>();
  let stopped = false;

  function lanesOf(index: number): AnswerLanes {
    let own = lanes.get(index);
    if (!own) lanes.set(index, (own = new AnswerLanes(text)));
    return own;
  }

  function show(choice: ChatChunkChoice): ChatChunkChoice {
    const own = lanesOf(choice.index);
    if (choice.finish_reason != null) finished.add(choice.index);
    const shownDelta = own.show(choice.delta);
    // Some servers say a little more behind the finish reason; it must not stay held back.
    const delta = finished.has(choice.index) ? own.end(shownDelta) : shownDelta;
    stopped ||= own.stopped;
    return {
      ...choice,
      delta,
      ...('logprobs' in choice && { logprobs: null }),
      ...(own.stopped && { finish_reason: 'content_filter' }),
    };
  }

  return {
    next({ choices: said, ...about }) {
      const aboutShown = showWhole(about, '', text, { stopped }) as typeof about;
      const shown = said.map(show);
      if (!stopped) return { chunk: { ...aboutShown, choices: shown }, stopped };
      const open = Array.from({ length: choices }, (_, index) => index).filter((index) => !finished.has(index));
      const ended = shown.map((choice) =>
        open.includes(choice.index) ? { ...choice, finish_reason: 'content_filter' } : choice,
      );
      const silent = open
        .filter((index) => !shown.some((choice) => choice.index === index))
        .map((index): ChatChunkChoice => ({ index, delta: {}, finish_reason: 'content_filter' }));
      return { chunk: { ...aboutShown, choices: [...ended, ...silent] }, stopped };
    },
  };
}
