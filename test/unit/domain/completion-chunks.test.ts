import type { ChatCompletion } from '../../../domain/chat.ts';
import { createChatAccumulator } from '../../../domain/chat-accumulator.ts';
import { completionChunks } from '../../../domain/completion-chunks.ts';

const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
const answer = (choices: ChatCompletion['choices'], more: object = {}): ChatCompletion => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_741_570_283,
  model: 'm',
  system_fingerprint: 'fp',
  choices,
  usage,
  ...more,
});
const said = (content: string | null, more: object = {}, index = 0) => ({
  index,
  message: { role: 'assistant', content, ...more },
  finish_reason: 'stop',
});

function folded(completion: ChatCompletion): ChatCompletion {
  const accumulator = createChatAccumulator();
  for (const chunk of completionChunks(completion, { includeUsage: true })) accumulator.add(chunk);
  return accumulator.completion();
}

describe('the chunks of a whole answer', () => {
  it.each<[string, ChatCompletion]>([
    ['text', answer([said('Hello.')])],
    ['long text with characters beyond 16 bits', answer([said('😀é word '.repeat(2_000))])],
    ['two choices', answer([said('a'), said('b', {}, 1)])],
    [
      'tool calls',
      answer([said(null, { tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] })]),
    ],
    ['reasoning beside the text', answer([said('yes', { reasoning_content: 'because' })])],
    ['log-probabilities', answer([{ ...said('a'), logprobs: { content: [{ token: 'a', logprob: -0.1 }] } }])],
  ])('fold to it again: %s', (_what, completion) => {
    expect(folded(completion)).toEqual(completion);
  });

  it('end with usage only where the client asked for it', () => {
    const chunks = completionChunks(answer([said('a')]), { includeUsage: false });
    expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true);
    expect(completionChunks(answer([said('a')]), { includeUsage: true }).at(-1)).toMatchObject({ choices: [], usage });
  });
});
