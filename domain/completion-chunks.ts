import type { ChatChunkChoice, ChatCompletion, ChatCompletionChoice, ChatCompletionChunk, ChatDelta } from './chat.ts';

/** Text of one chunk: a whole answer goes out at once, so small pieces would only cost. */
const pieces = /[\s\S]{1,2000}/gu;

/**
 * A whole answer as the stream a client asked for; folding the chunks gives the answer again. Deterministic: the same
 * answer gives the same chunks, so that a delivery that was cut off can go on.
 */
export function completionChunks(answer: ChatCompletion, options: { includeUsage: boolean }): ChatCompletionChunk[] {
  const { choices, usage, object: _object, ...head } = answer;
  const chunk = (parts: ChatChunkChoice[]): ChatCompletionChunk => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: parts,
    ...(options.includeUsage && { usage: null }),
  });
  return [
    ...choices.flatMap((choice) => choiceParts(choice).map((part) => chunk([part]))),
    ...(options.includeUsage && usage ? [{ ...chunk([]), usage }] : []),
  ];
}

function choiceParts({ index, message, finish_reason, logprobs, ...rest }: ChatCompletionChoice): ChatChunkChoice[] {
  const { role, content, tool_calls: calls, ...said } = message;
  const delta = (more: ChatDelta): ChatChunkChoice => ({ index, delta: more, finish_reason: null });
  return [
    delta({ role, ...(content !== null && { content: '' }), ...said }),
    ...(content?.match(pieces) ?? []).map((text) => delta({ content: text })),
    ...(calls ?? []).map((call, position) => delta({ tool_calls: [{ index: position, ...call }] })),
    {
      ...rest,
      index,
      delta: {},
      ...(isLogprobs(logprobs) && { logprobs }),
      finish_reason,
    },
  ];
}

function isLogprobs(value: unknown): value is NonNullable<ChatChunkChoice['logprobs']> {
  return typeof value === 'object' && value !== null;
}
