import type { ChatCompletion, ChatCompletionRequest } from '../../../../domain/chat.ts';
import { answerChecks, failedCheck } from '../../../../domain/cascade/answer-checks.ts';

const body = (more: object = {}): ChatCompletionRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: 'How do I return a parcel?' }],
  ...more,
});
const answer = (content: string | null, more: object = {}, finish = 'stop'): ChatCompletion => ({
  id: 'a',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: finish }],
});
const check = (completion: ChatCompletion, request = body()) => failedCheck(request, completion, answerChecks)?.check;
const call = (name: string, input: string) => ({
  tool_calls: [{ id: 'c', type: 'function', function: { name, arguments: input } }],
});

describe('an answer that is turned down', () => {
  it.each([
    ['nothing', answer(''), 'empty'],
    ['blanks', answer(' \n'), 'empty'],
    ['no choices', { ...answer('a'), choices: [] }, 'empty'],
    ['a cut text', answer('To return a', {}, 'length'), 'truncated'],
    ['a filtered text', answer('To', {}, 'content_filter'), 'refusal'],
    ['a refusal in its own field', answer(null, { refusal: 'No.' }), 'refusal'],
    ['an apology', answer("I'm sorry, but I can't help with that request."), 'refusal'],
    ['an inability', answer('I am unable to provide this information.'), 'refusal'],
    ['a Chinese apology', answer('抱歉，我无法回答这个问题。'), 'refusal'],
    ['a Chinese inability', answer('我不能提供这方面的帮助。'), 'refusal'],
    ['a doubt', answer("I'm not sure, maybe ask the shop."), 'uncertain'],
    ['ignorance', answer('I do not have enough information to say.'), 'uncertain'],
    ['Chinese ignorance', answer('这个问题我不清楚。'), 'uncertain'],
    ['a text in circles', answer('The parcel can be returned at the shop. '.repeat(30)), 'repetition'],
    ['a Chinese text in circles', answer('包裹可以退回商店。'.repeat(30)), 'repetition'],
  ])('says %s', (_what, completion, expected) => {
    expect(check(completion)).toBe(expected);
  });

  it('is not JSON although JSON was asked for', () => {
    const json = body({ response_format: { type: 'json_object' } });
    expect(check(answer('Here you are: {"a":1}'), json)).toBe('json');
    expect(check(answer('[1]'), json)).toBe('json');
    expect(check(answer('{"a":1}'), json)).toBeUndefined();
  });

  it('does not have the shape that was asked for', () => {
    const schema = { type: 'object', required: ['days'], properties: { days: { type: 'integer' } } };
    const json = body({ response_format: { type: 'json_schema', json_schema: { name: 'n', schema } } });
    expect(check(answer('{"days":"two"}'), json)).toBe('json');
    expect(check(answer('{}'), json)).toBe('json');
    expect(check(answer('{"days":2}'), json)).toBeUndefined();
  });

  it('lacks the tool call that was asked for', () => {
    const parameters = { type: 'object', required: ['id'], properties: { id: { type: 'string' } } };
    const tools = [{ type: 'function', function: { name: 'track', parameters } }];
    const required = body({ tools, tool_choice: 'required' });
    const named = body({ tools, tool_choice: { type: 'function', function: { name: 'track' } } });
    expect(check(answer('It is on its way.'), required)).toBe('tool_call');
    expect(check(answer(null, call('other', '{}')), required)).toBe('tool_call');
    expect(check(answer(null, call('track', '{"id":')), required)).toBe('tool_call');
    expect(check(answer(null, call('track', '{}')), named)).toBe('tool_call');
    expect(check(answer(null, {}, 'tool_calls'), body({ tools }))).toBe('empty');
    expect(check(answer(null, call('track', '{"id":"7"}'), 'tool_calls'), named)).toBeUndefined();
    expect(check(answer('It is on its way.'), body({ tools }))).toBeUndefined();
  });

  it('fails in one of its choices', () => {
    const [first] = answer('').choices;
    const both = answer('Bring it to any shop.');
    expect(check({ ...both, choices: [...both.choices, { ...first!, index: 1 }] })).toBe('empty');
  });
});

describe('an answer that is left alone', () => {
  it.each([
    ['plain', 'Bring it to any shop within 30 days; the money comes back within a week.'],
    ['one word', 'Paris'],
    [
      'long, and says sorry late',
      `${Array.from({ length: 40 }, (_, at) => `Step ${at}: go to shop number ${at * 7}.`).join(' ')} ` +
        "I'm sorry, I can't say more.",
    ],
    ['a poem', 'Roses are red, violets are blue, sugar is sweet, and so are you.'],
    ['Chinese', '您可以在三十天内把包裹带到任意门店退货，退款会在一周内到账。'],
  ])('is %s', (_what, text) => {
    expect(check(answer(text))).toBeUndefined();
  });

  it('was cut where the client itself wanted', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 16, total_tokens: 17 };
    const cut = { ...answer('To return a', {}, 'length'), usage };
    expect(check(cut, body({ max_tokens: 16 }))).toBeUndefined();
    expect(check(cut, body({ max_completion_tokens: 500 }))).toBe('truncated');
  });

  it('fails only checks that nobody asked for', () => {
    expect(failedCheck(body(), answer('', {}, 'length'), ['json'])).toBeUndefined();
  });
});
