import type { ChatCompletionRequest } from '../../../../domain/chat.ts';
import { requestFeatures, routedPrompt } from '../../../../domain/routing/request-features.ts';

function ask(content: string, fields: Partial<ChatCompletionRequest> = {}): ChatCompletionRequest {
  return { model: 'auto', messages: [{ role: 'user', content }], ...fields };
}

describe('requestFeatures', () => {
  it('counts messages, pictures, sound and tool definitions as input', () => {
    const plain = requestFeatures(ask('abcd')).inputTokens;
    expect(plain).toBe(5);
    expect(
      requestFeatures(ask('abcd', { tools: [{ type: 'function', function: { name: 'f' } }] })).inputTokens,
    ).toBeGreaterThan(plain);
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    expect(requestFeatures({ model: 'auto', messages: [{ role: 'user', content: [picture] }] }).inputTokens).toBe(769);
    const sound = { type: 'input_audio', input_audio: { data: 'A'.repeat(64_000), format: 'wav' } };
    expect(requestFeatures({ model: 'auto', messages: [{ role: 'user', content: [sound] }] }).inputTokens).toBe(14);
  });

  it('keeps to the answer length the client asked for, by either name', () => {
    expect(requestFeatures(ask('Hi', { max_tokens: 7 }))).toMatchObject({ outputTokens: 7, maxOutputTokens: 7 });
    expect(requestFeatures(ask('Hi', { max_completion_tokens: 5_000 }))).toMatchObject({
      outputTokens: 300,
      maxOutputTokens: 5_000,
    });
    expect(requestFeatures(ask('Hi', { max_tokens: null }))).not.toHaveProperty('maxOutputTokens');
  });

  it('finds out which capabilities a model must have', () => {
    const body = ask('Hi', {
      tools: [{ type: 'function' }],
      response_format: { type: 'json_schema', json_schema: {} },
      logprobs: true,
      modalities: ['text', 'audio'],
    });
    expect(requestFeatures(body).needs).toEqual(['tools', 'json', 'audio', 'logprobs']);
    expect(requestFeatures(ask('Hi', { tools: [], response_format: { type: 'text' }, logprobs: false })).needs).toEqual(
      [],
    );
  });

  it.each([
    ['What is the capital of France?', 'en'],
    ['法国的首都是哪里？', 'zh'],
    ['フランスの首都はどこですか', 'ja'],
    ['프랑스의 수도는 어디입니까', 'ko'],
    ['Quelle est la capitale?', 'other'],
  ])('takes %j for %s', (content, language) => {
    expect(requestFeatures(ask(content)).language).toBe(language);
  });

  it('marks code and mathematics', () => {
    expect(requestFeatures(ask('```js\nlet a\n```'))).toMatchObject({ code: true, math: false });
    expect(requestFeatures(ask('Compute $x^2$'))).toMatchObject({ code: false, math: true });
    expect(requestFeatures(ask('Tell me a story'))).toMatchObject({ code: false, math: false });
  });

  it('judges the newest message of the user', () => {
    const body: ChatCompletionRequest = {
      model: 'auto',
      messages: [
        { role: 'system', content: 'Be kind' },
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'yes' },
        { role: 'user', content: [{ type: 'text', text: 'second' }] },
        { role: 'assistant', content: null },
      ],
    };
    expect(routedPrompt(body)).toBe('second');
  });

  it('is not slowed down by long text that nearly matches its patterns', () => {
    const startMs = performance.now();
    for (const word of ['function ', 'SELECT ', '1 ', '$a\n', 'the ']) requestFeatures(ask(word.repeat(200_000)));
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  it('keeps no text of the request', () => {
    expect(JSON.stringify(requestFeatures(ask('zebra-4711')))).not.toContain('zebra');
  });
});
