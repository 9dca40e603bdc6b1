import { createDetector } from '../../../../domain/privacy/detect.ts';
import { createPseudonyms } from '../../../../domain/privacy/pseudonym.ts';
import { redactRequest, type RequestRedaction } from '../../../../domain/privacy/redact-request.ts';
import type { RedactionRules } from '../../../../domain/privacy/redact-text.ts';
import { entities } from '../../../../domain/privacy/span.ts';
import { createRestorer } from '../../../../domain/privacy/stream/stream-restorer.ts';

const detector = createDetector();
const everything: RedactionRules = Object.fromEntries(entities.map((entity) => [entity, 'pseudonymize']));

function redact<Body extends object>(body: Body, rules: RedactionRules = everything): RequestRedaction<Body> {
  return redactRequest(body, { detector, rules, pseudonyms: createPseudonyms(new Uint8Array(32).fill(1)) });
}

function redacted<Body extends object>(
  body: Body,
  rules?: RedactionRules,
): { body: Body; placeholders: Readonly<Record<string, string>> } {
  const result = redact(body, rules);
  if (result.kind === 'blocked') throw new Error('blocked');
  return result;
}

/** A request with the same person and number in each place that can hold text. */
const body = {
  model: 'auto',
  user: 'Zhang Wei, 13890825181',
  metadata: { patient: '诸葛晴', phone: '13890825181' },
  messages: [
    { role: 'system', content: '患者诸葛晴，电话13890825181。' },
    {
      role: 'user',
      content: [
        { type: 'text', text: '诸葛晴的号码是13890825181吗？' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'call_1',
          type: 'function',
          function: { name: 'find', arguments: '{"name": "诸葛晴", "phone": 13890825181}' },
        },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: '{"result": {"\\u8bf8\\u845b\\u6674": "13890825181"}}' },
  ],
  tools: [
    {
      type: 'function',
      function: {
        name: 'find',
        description: '例如诸葛晴，13890825181',
        parameters: {
          type: 'object',
          properties: { phone: { type: 'string', description: '如13890825181' } },
          required: ['phone'],
        },
      },
    },
  ],
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'r', schema: { type: 'object', description: '给诸葛晴的' } },
  },
};

describe('redacting a request body', () => {
  it('leaves no trace of a person or number in any field, and changes nothing else', () => {
    const result = redacted(body);
    const text = JSON.stringify(result.body);
    expect(text).not.toContain('诸葛晴');
    expect(text).not.toContain('\\u8bf8');
    expect(text).not.toContain('13890825181');
    expect(text).not.toContain('Zhang Wei');
    expect(result.body).toMatchObject({
      model: 'auto',
      tools: [{ function: { name: 'find', parameters: { required: ['phone'] } } }],
      messages: [
        { role: 'system' },
        { content: [{}, { image_url: { url: 'data:image/png;base64,AAAA' } }] },
        { tool_calls: [{ id: 'call_1' }] },
        { tool_call_id: 'call_1' },
      ],
    });
  });

  it('gives one person one placeholder in all fields', () => {
    const { placeholders } = redacted(body);
    expect(Object.values(placeholders).filter((value) => value === '诸葛晴')).toHaveLength(1);
  });

  it('restores to what was sent', () => {
    const { body: sent, placeholders } = redacted(body);
    const back: typeof body = JSON.parse(createRestorer(placeholders).text(JSON.stringify(sent), 'json'));
    expect(back.messages[0]).toEqual(body.messages[0]);
    expect(back.metadata).toEqual(body.metadata);
    expect(back.user).toBe(body.user);
  });

  it('does not change the body it was given', () => {
    const before = structuredClone(body);
    redacted(body);
    expect(body).toEqual(before);
  });

  it('finds a name that only another field gives away', () => {
    const result = redacted({
      messages: [
        { role: 'user', content: '姓名：曲筱绡' },
        { role: 'user', content: '把曲筱绡的事讲完' },
      ],
    });
    expect(JSON.stringify(result.body)).not.toContain('曲筱绡');
  });

  it('keeps arguments valid JSON with their layout', () => {
    const { body: sent } = redacted({
      messages: [
        {
          role: 'assistant',
          tool_calls: [
            {
              id: 'c',
              type: 'function',
              function: { name: 'f', arguments: '{ "n": 12,\n "mail": "a.b@example.org" }' },
            },
          ],
        },
      ],
    });
    const call = sent.messages[0]?.tool_calls[0]?.function.arguments ?? '';
    expect(call).toMatch(/^\{ "n": 12,\n "mail": "EMAIL_[a-z]+" \}$/u);
  });

  it('masks for good what the rules say to mask, and leaves what they do not name', () => {
    const result = redacted(
      { messages: [{ role: 'user', content: 'IP 198.51.100.23, mail a@example.org' }] },
      { ip: 'mask' },
    );
    expect(result.body.messages[0]?.content).toBe('IP [IP], mail a@example.org');
    expect(result.placeholders).toEqual({});
  });

  it('gives no body back when a kind is to be blocked', () => {
    const result = redact(
      { messages: [{ role: 'user', content: '身份证37020219621012201X' }] },
      { id_card: 'block', person: 'mask' },
    );
    expect(result).toEqual({ kind: 'blocked', entities: ['id_card'], counts: { id_card: 1 } });
  });

  it.each([
    ['an id', { messages: [{ role: 'tool', tool_call_id: '13890825181', content: 'x' }] }],
    ['a member of fixed words', { service_tier: '13890825181' }],
    ['a number of a member not known here', { ward: { contact: 13890825181 } }],
    ['a key of a member not known here', { ward: { '13890825181': 'x' } }],
    ['a list not known here', { patients: [{ 诸葛晴的: { phone: '13890825181' } }] }],
    ['a property of a schema', { tools: [{ function: { parameters: { properties: { '13890825181': {} } } } }] }],
    ['a required property', { tools: [{ function: { parameters: { required: ['13890825181'] } } }] }],
    ['an enumeration', { tools: [{ function: { parameters: { enum: ['13890825181'] } } }] }],
    ['a stop sequence', { stop: ['13890825181'] }],
    ['a prediction', { prediction: { type: 'content', content: '13890825181' } }],
    [
      'a file name',
      { messages: [{ role: 'user', content: [{ type: 'file', file: { filename: '13890825181.pdf' } }] }] },
    ],
    ['an address', { messages: [{ content: [{ image_url: { url: 'https://a.example/?tel=13890825181' } }] }] }],
  ])('redacts %s', (_place, unusual) => {
    expect(JSON.stringify(redacted(unusual).body)).not.toContain('13890825181');
  });

  it('leaves the numbers and words that a provider needs as they are', () => {
    const plain = {
      model: 'm-13890825181x',
      seed: 13890825181,
      max_tokens: 100_000,
      temperature: 0.123456789,
      logit_bias: { '13890825181': 1 },
      reasoning: { effort: 'high', max_tokens: 131_072 },
      messages: [{ role: 'assistant', tool_calls: [{ id: 'call_8f3a9d2c1b4e5f60718293a4', type: 'function' }] }],
    };
    expect(redacted(plain).body).toEqual({ ...plain, model: expect.any(String) });
  });

  it('gives an id one placeholder wherever it stands', () => {
    const { messages } = redacted({
      messages: [{ tool_calls: [{ id: '13890825181' }] }, { tool_call_id: '13890825181' }],
    }).body;
    expect(messages[0]?.tool_calls?.[0]?.id).toMatch(/^PHONE_/u);
    expect(messages[1]?.tool_call_id).toBe(messages[0]?.tool_calls?.[0]?.id);
  });
});
