import { parseChatRequest } from '../../../../api/openai/chat-request.ts';
import { GatewayError } from '../../../../domain/errors.ts';

const good = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] };

function refusalOf(body: unknown): { message: string; param?: string | undefined } {
  try {
    parseChatRequest(body, {});
  } catch (error) {
    if (error instanceof GatewayError) return { message: error.message, param: error.info.param };
    throw error;
  }
  return { message: 'taken' };
}

describe('parseChatRequest', () => {
  it('takes null for every optional field that OpenAI lets be null', () => {
    const nulls = [
      'temperature',
      'top_p',
      'n',
      'stop',
      'max_tokens',
      'logit_bias',
      'tools',
      'stream_options',
      'metadata',
    ];
    expect(refusalOf({ ...good, ...Object.fromEntries(nulls.map((field) => [field, null])) }).message).toBe('taken');
  });

  it('takes the ends of every range', () => {
    for (const fields of [
      { temperature: 0, top_p: 0, n: 1, presence_penalty: -2, logit_bias: { a: -100 } },
      { temperature: 2, top_p: 1, n: 128, presence_penalty: 2, logit_bias: { a: 100 } },
      { logprobs: true, top_logprobs: 0 },
      { logprobs: true, top_logprobs: 20 },
      { stream: true, stream_options: { include_usage: true } },
      { stop: [] },
      { tools: [] },
      { gateway: null },
    ]) {
      expect([fields, refusalOf({ ...good, ...fields })]).toEqual([fields, { message: 'taken' }]);
    }
  });

  it.each([
    [{ ...good, model: 5 }, 'model must be a string.'],
    [{ ...good, model: undefined }, 'model is required.'],
    [{ ...good, n: 0 }, 'n must be at least 1.'],
    [{ ...good, n: 1.5 }, 'n must be an integer.'],
    [{ ...good, stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop must have at most 4 entries.'],
    [{ ...good, stop: 5 }, 'stop must be a string or an array.'],
    [{ ...good, top_logprobs: 2 }, 'top_logprobs needs logprobs to be true.'],
    [{ ...good, gateway: { cache: 'always' } }, 'gateway.cache must be "off" or "exact" or "semantic".'],
    [{ ...good, gateway: { retries: 1 } }, 'gateway.retries is not a known field.'],
    [{ ...good, tool_choice: 'any' }, 'tool_choice must be "none" or "auto" or "required".'],
    [
      { ...good, messages: [{ role: 'boss' }] },
      'messages[0].role must be one of system, developer, user, assistant, tool, function.',
    ],
    [[], 'The body must be an object.'],
  ])('says in plain words what is wrong with %j', (body, message) => {
    expect(refusalOf(body).message).toBe(message);
  });

  it('never repeats what a client wrote', () => {
    const secret = 'canary';
    for (const body of [
      { ...good, model: [secret] },
      { ...good, temperature: secret },
      { ...good, tool_choice: secret },
      { ...good, messages: [{ role: secret, content: secret }] },
      { ...good, metadata: { [`${secret} text`]: 1 } },
      { ...good, gateway: { [`${secret} text`]: 1 } },
    ]) {
      expect(JSON.stringify(refusalOf(body))).not.toContain(secret);
    }
  });

  it('keeps a stream that is null or absent whole', () => {
    expect(parseChatRequest({ ...good, stream: null }, {}).stream).toBe(false);
    expect(parseChatRequest({ ...good, stream: true }, {}).stream).toBe(true);
  });

  it('lets the qos of the body go before that of the header', () => {
    const headers = { 'x-gateway-qos': 'cost=1' };
    expect(parseChatRequest({ ...good, gateway: { qos: { quality: 1 } } }, headers).gateway).toEqual({
      qos: { quality: 1 },
    });
    expect(parseChatRequest({ ...good, gateway: { timeoutMs: 5 } }, headers).gateway).toEqual({
      qos: { cost: 1 },
      timeoutMs: 5,
    });
  });
});
