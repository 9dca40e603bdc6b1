import { seededRandom } from '../../../../chaos/seeded-random.ts';
import type { ChatChunkChoice, ChatCompletionChunk, ChatDelta } from '../../../../../domain/chat.ts';
import { createChatAccumulator } from '../../../../../domain/chat-accumulator.ts';
import { createAnswerText, type AnswerRules } from '../../../../../domain/privacy/answer/answer-text.ts';
import { showStream } from '../../../../../domain/privacy/answer/streamed-answer.ts';
import { showCompletion } from '../../../../../domain/privacy/answer/whole-answer.ts';
import { createTermMatcher } from '../../../../../domain/privacy/sensitive-terms.ts';

const placeholders = { PERSON_bakotuxile: 'Jane "JJ" O\\Neil', PHONE_dafo: '13890825181' };
const masking = createTermMatcher([{ name: 'hiv', terms: ['HIV', '艾滋病'], action: 'mask' }]);
const stopping = createTermMatcher([{ name: 'hiv', terms: ['HIV', '艾滋病'], action: 'stop' }]);

function chunk(...choices: ChatChunkChoice[]): ChatCompletionChunk {
  return { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
}
const said = (delta: ChatDelta, index = 0): ChatCompletionChunk => chunk({ index, delta });
const finished = (reason = 'stop', index = 0): ChatCompletionChunk =>
  chunk({ index, delta: {}, finish_reason: reason });

const call = (index: number, args: string, name?: string): ChatDelta => ({
  tool_calls: [{ index, ...(name && { id: `call_${index}` }), function: { ...(name && { name }), arguments: args } }],
});

function show(chunks: ChatCompletionChunk[], rules: AnswerRules, choices = 1) {
  const stream = showStream(createAnswerText(rules), choices);
  const accumulator = createChatAccumulator();
  let stoppedAt: number | undefined;
  for (const [at, each] of chunks.entries()) {
    const shown = stream.next(each);
    accumulator.add(shown.chunk);
    if (shown.stopped) {
      stoppedAt = at;
      break;
    }
  }
  return { ...accumulator.completion(), stoppedAt };
}

describe('showing a streamed answer', () => {
  it('puts originals back in text, reasoning and refusal, each choice on its own', () => {
    const { choices } = show(
      [
        said({ role: 'assistant', content: 'Dear PERSON_bako' }, 0),
        said({ content: 'tuxile PERSON_bako', reasoning_content: 'PHONE_d' }, 1),
        said({ content: 'tuxile, hello' }, 0),
        said({ reasoning_content: 'afo', refusal: 'PHONE_dafo' }, 1),
        finished('stop', 0),
        finished('stop', 1),
      ],
      { placeholders },
      2,
    );
    expect(choices[0]?.message.content).toBe('Dear Jane "JJ" O\\Neil, hello');
    expect(choices[1]?.message).toMatchObject({
      content: 'tuxile PERSON_bako',
      reasoning_content: '13890825181',
      refusal: '13890825181',
    });
  });

  it('escapes what goes into the arguments of a tool call, each call on its own', () => {
    const { choices } = show(
      [
        said(call(0, '{"n":"PERSON_bako', 'find')),
        said(call(1, '{"tel":"PHO', 'PHONE_dafo')),
        said(call(0, 'tuxile"}')),
        said(call(1, 'NE_dafo')),
        said(call(1, '"}')),
        finished('tool_calls'),
      ],
      { placeholders },
    );
    const calls = choices[0]?.message.tool_calls ?? [];
    expect(JSON.parse(calls[0]?.function.arguments ?? '')).toEqual({ n: placeholders.PERSON_bakotuxile });
    expect(JSON.parse(calls[1]?.function.arguments ?? '')).toEqual({ tel: '13890825181' });
    expect(calls[1]?.function.name).toBe('13890825181');
  });

  it('gives what was kept back with the finish reason, in the place it belongs to', () => {
    const { choices } = show(
      [
        said({ content: 'to PERSON_ba' }),
        said({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f', arguments: '"PHONE_' } }] }),
        finished('tool_calls'),
      ],
      { placeholders },
    );
    expect(choices[0]?.message).toMatchObject({
      content: 'to PERSON_ba',
      tool_calls: [{ id: 'x', function: { arguments: '"PHONE_' } }],
    });
  });

  it('does not lose what a server says behind the finish reason', () => {
    const { choices } = show([said({ content: 'a' }), finished(), said({ content: ' PERSON_' })], { placeholders });
    expect(choices[0]?.message.content).toBe('a PERSON_');
  });

  it('gives the text of the whole answer however it is cut', () => {
    const random = seededRandom(7).next;
    const text = 'PERSON_bakotuxile和PHONE_dafo：艾滋病 HIVE HIV, PERSON_bako PHONE_daf 艾滋 HIV';
    const whole = showCompletion(
      {
        id: 'c',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
      },
      createAnswerText({ placeholders, terms: masking }),
    );
    expect(whole.choices[0]?.message.content).toBe(
      'Jane "JJ" O\\Neil和13890825181：[REDACTED] HIVE [REDACTED], PERSON_bako PHONE_daf 艾滋 [REDACTED]',
    );
    for (let round = 0; round < 2_000; round += 1) {
      const chunks: ChatCompletionChunk[] = [];
      for (let at = 0; at < text.length;) {
        const size = 1 + Math.floor(random() * 7);
        chunks.push(said({ content: text.slice(at, at + size) }));
        at += size;
      }
      const { choices } = show([...chunks, finished()], { placeholders, terms: masking });
      expect(choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    }
  });

  it('ends every open choice by content_filter at the first word that stops, and lets nothing follow', () => {
    const { choices, stoppedAt } = show(
      [
        said({ content: 'fine' }, 1),
        finished('stop', 1),
        said({ content: 'Result: 艾滋病' }, 0),
        said({ content: '阳性' }, 0),
      ],
      { placeholders: {}, terms: stopping },
      3,
    );
    expect(stoppedAt).toBe(2);
    expect(choices.map(({ message, finish_reason: reason }) => [message.content, reason])).toEqual([
      ['Result: ', 'content_filter'],
      ['fine', 'stop'],
      [null, 'content_filter'],
    ]);
  });

  it('finds a word that the end of the answer completes', () => {
    const { choices } = show([said({ content: 'it is HIV' }), finished()], { placeholders: {}, terms: stopping });
    expect(choices[0]).toMatchObject({ message: { content: 'it is ' }, finish_reason: 'content_filter' });
  });

  it('leaves log probabilities out, which tell the words one by one', () => {
    const { chunk: shown } = showStream(createAnswerText({ placeholders, terms: masking }), 1).next(
      chunk({ index: 0, delta: { content: 'HIV ' }, logprobs: { content: [{ token: 'HIV' }] } }),
    );
    expect(JSON.stringify(shown)).not.toContain('HIV');
  });

  it('covers members of vendors that are not known here', () => {
    const { chunk: shown } = showStream(createAnswerText({ placeholders, terms: masking }), 1).next({
      ...said({ content: 'x', reasoning_details: [{ type: 'text', text: 'PHONE_dafo HIV' }] }),
      citations: ['about PHONE_dafo'],
    });
    expect(shown).toMatchObject({
      citations: ['about 13890825181'],
      choices: [{ delta: { reasoning_details: [{ type: 'text', text: '13890825181 [REDACTED]' }] } }],
    });
  });
});
