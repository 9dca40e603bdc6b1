import type { ChatCompletion, ChatToolCall } from '../../../../../domain/chat.ts';
import { createAnswerText } from '../../../../../domain/privacy/answer/answer-text.ts';
import { showCompletion } from '../../../../../domain/privacy/answer/whole-answer.ts';
import { createTermMatcher } from '../../../../../domain/privacy/sensitive-terms.ts';

const placeholders = { PERSON_bakotuxile: 'Jane "JJ" O\\Neil' };
const stopping = createTermMatcher([{ name: 'hiv', terms: ['HIV'], action: 'stop' }]);

function completion(content: string | null, toolCalls?: ChatToolCall[]): ChatCompletion {
  return {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, ...(toolCalls && { tool_calls: toolCalls }) },
        logprobs: { content: [{ token: 'Dear' }] },
        finish_reason: 'stop',
      },
    ],
  };
}
const callOf = (args: string): ChatToolCall => ({
  id: 'call_1',
  type: 'function',
  function: { name: 'find', arguments: args },
});

describe('showing a whole answer', () => {
  it('puts originals back, in arguments as valid JSON, and leaves log probabilities out', () => {
    const before = completion('Dear PERSON_bakotuxile', [callOf('{"n":"PERSON_bakotuxile"}')]);
    const shown = showCompletion(before, createAnswerText({ placeholders })).choices[0];
    expect(shown?.message.content).toBe('Dear Jane "JJ" O\\Neil');
    expect(JSON.parse(shown?.message.tool_calls?.[0]?.function.arguments ?? '')).toEqual({
      n: placeholders.PERSON_bakotuxile,
    });
    expect(shown?.logprobs).toBeNull();
    expect(before.choices[0]?.message.content).toBe('Dear PERSON_bakotuxile');
  });

  it('cuts a choice before a word that stops, and leaves its tool calls out', () => {
    const shown = showCompletion(
      completion('You have HIV, so', [callOf('{}')]),
      createAnswerText({ placeholders: {}, terms: stopping }),
    );
    expect(shown.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: 'You have ' },
        logprobs: null,
        finish_reason: 'content_filter',
      },
    ]);
  });

  it('hides again what it put back, also within JSON in JSON', () => {
    const text = createAnswerText({ placeholders });
    const call = JSON.stringify(callOf(JSON.stringify({ n: placeholders.PERSON_bakotuxile })).function);
    expect(text.hide(`Jane "JJ" O\\Neil ${call}`)).toBe(
      'PERSON_bakotuxile {"name":"find","arguments":"{\\"n\\":\\"PERSON_bakotuxile\\"}"}',
    );
  });
});
