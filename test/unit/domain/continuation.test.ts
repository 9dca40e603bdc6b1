import type { ChatCompletionChunk, ChatDelta } from '../../../domain/chat.ts';
import { type Continuation, createContinuation, type Delivered } from '../../../domain/continuation.ts';

const delivered = (text: string, more: Partial<Delivered> = {}): Delivered => ({
  id: 'first',
  created: 1,
  model: 'm1',
  text,
  plain: true,
  finishedChoices: 0,
  ...more,
});
const chunk = (delta: ChatDelta, finish_reason: string | null = null): ChatCompletionChunk => ({
  id: 'second',
  object: 'chat.completion.chunk',
  created: 2,
  model: 'm2',
  choices: [{ index: 0, delta, finish_reason }],
});

/** What a client that heeds restarts has on its screen in the end. */
function screen(start: string, continuation: Continuation, chunks: ChatCompletionChunk[]) {
  let text = start;
  let restarts = 0;
  let finished = false;
  for (const arrived of chunks) {
    const { restart, chunks: passed } = continuation.next(arrived);
    if (restart) {
      restarts += 1;
      text = '';
    }
    for (const { choices } of passed) {
      for (const { delta, finish_reason } of choices) {
        text += delta.content ?? '';
        finished ||= finish_reason != null;
      }
    }
  }
  return { text, restarts, finished };
}

const answer = (text: string, size: number): ChatCompletionChunk[] => [
  chunk({ role: 'assistant', content: '' }),
  ...(text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []).map((content) => chunk({ content })),
  chunk({}, 'stop'),
];

describe('continuing an answer after its attempt died', () => {
  it.each([1, 2, 3, 5, 50])(
    'goes on after what was delivered when the new answer repeats it (pieces of %i)',
    (size) => {
      const whole = 'The quick brown fox jumps over the lazy dog.';
      for (let cut = 0; cut <= whole.length; cut += 1) {
        const start = whole.slice(0, cut);
        const seen = screen(start, createContinuation(delivered(start), 'anew'), answer(whole, size));
        expect(seen).toEqual({ text: whole, restarts: 0, finished: true });
      }
    },
  );

  it('begins again, once, when the new answer differs', () => {
    const seen = screen('The slow', createContinuation(delivered('The slow'), 'anew'), answer('The quick fox', 2));
    expect(seen).toEqual({ text: 'The quick fox', restarts: 1, finished: true });
  });

  it('begins again when the new answer ends before what was delivered', () => {
    const seen = screen('The quick', createContinuation(delivered('The quick'), 'anew'), answer('The', 2));
    expect(seen).toEqual({ text: 'The', restarts: 1, finished: true });
  });

  it('begins again when tool calls were delivered, since they cannot be compared', () => {
    const seen = screen('x', createContinuation(delivered('x', { plain: false }), 'anew'), answer('xyz', 1));
    expect(seen).toEqual({ text: 'xyz', restarts: 1, finished: true });
  });

  it('begins again when the new answer calls a tool instead', () => {
    const calls = [
      chunk({ role: 'assistant' }),
      chunk({ tool_calls: [{ index: 0, id: 'c' }] }),
      chunk({}, 'tool_calls'),
    ];
    const seen = screen('Let me', createContinuation(delivered('Let me'), 'anew'), calls);
    expect(seen).toEqual({ text: '', restarts: 1, finished: true });
  });

  it('appends a prefilled answer under the identity of the first, without a second role', () => {
    const continuation = createContinuation(delivered('The quick'), 'prefill');
    const { chunks } = continuation.next(chunk({ role: 'assistant', content: ' brown' }));
    expect(chunks).toEqual([{ ...chunk({ content: ' brown' }), id: 'first', created: 1, model: 'm1' }]);
  });
});
