import type { ChatCompletion, ChatCompletionRequest } from '../../../../domain/chat.ts';
import { agreement, meanAgreement } from '../../../../domain/cascade/agreement.ts';
import { judgeRequest, judgeScore } from '../../../../domain/cascade/judge.ts';
import { meanLogprob } from '../../../../domain/cascade/logprobs.ts';

const answer = (content: string, logprobs?: unknown): ChatCompletion => ({
  id: 'a',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', logprobs }],
});

describe('log-probabilities', () => {
  it('are averaged over the tokens', () => {
    expect(meanLogprob(answer('ab', { content: [{ logprob: -1 }, { logprob: -3 }] }))).toBe(-2);
  });

  it.each([undefined, null, {}, { content: null }, { content: [] }, { content: [{ token: 'a' }, null] }])(
    'are unknown in %j',
    (logprobs) => {
      expect(meanLogprob(answer('a', logprobs))).toBeUndefined();
    },
  );
});

describe('agreement', () => {
  it.each<[string, string, number]>([
    ['Paris.', ' paris. ', 1],
    ['{"a":1,"b":[2]}', '{ "b": [2], "a": 1 }', 1],
    ['It takes 3 days.', 'It takes 4 days.', 0],
    ['yes', 'no', 0],
    ['三天内退款', '三天内退款', 1],
  ])('of %j and %j is %d', (a, b, expected) => {
    expect(agreement(a, b)).toBe(expected);
  });

  it('is high for other words around the same, low for another answer', () => {
    const draft = 'You can return the parcel to any shop within thirty days.';
    expect(agreement(draft, 'You can return your parcel to any shop within thirty days.')).toBeGreaterThan(0.7);
    expect(agreement(draft, 'Please write to our service by mail and wait.')).toBeLessThan(0.2);
  });

  it('with no sample at all is none', () => {
    expect(meanAgreement('a', [])).toBe(0);
    expect(meanAgreement('a', ['a', 'b'])).toBe(0.5);
  });
});

describe('a judge', () => {
  const body: ChatCompletionRequest = {
    model: 'support',
    stream: true,
    tools: [{ type: 'function', function: { name: 'track' } }],
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is "this"?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ],
  };

  it('gets the texts of the conversation and the draft as data, and no picture', () => {
    const asked = judgeRequest(body, answer('A parcel.'));
    const text = JSON.stringify(asked);
    expect(asked.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    for (const part of ['Be brief.', 'A parcel.', '[image_url]', 'track']) expect(text).toContain(part);
    expect(text).not.toContain('base64');
    expect(asked).not.toHaveProperty('tools');
    expect(asked).not.toHaveProperty('stream');
  });

  it.each<[string | undefined, number | undefined]>([
    ['{"score": 0.8}', 0.8],
    ['```json\n{"score":1}\n```', 1],
    ['0.3', 0.3],
    ['{"score": 7}', undefined],
    ['It is good.', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('that replies %j gives %s', (reply, score) => {
    expect(judgeScore(reply)).toBe(score);
  });
});
