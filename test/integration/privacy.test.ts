import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import type { OpenAiErrorEnvelope } from '../../api/openai/error-envelope.ts';
import type { ChatCompletion } from '../../domain/chat.ts';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import { startUpstream, type Upstream } from '../doubles/upstream.ts';
import { fixtureConfig, type GatewayFixture, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';
import { readWhole } from '../support/read-stream.ts';
import { fetchHistory } from '../support/temporal-history.ts';

/** The double of a vendor outside; the fixture's own is the server inside. */
let outside: Upstream;
let fixture: GatewayFixture;

function config(insideUrl: string): ConfigFile {
  const base = fixtureConfig(insideUrl);
  return {
    ...base,
    providers: { ...base.providers, far: { kind: 'openai', baseUrl: `${outside.url}/v1`, apiKeyEnv: 'FAR_KEY' } },
    aliases: {
      ...base.aliases,
      weighed: {
        deployments: ['heir', 'light'],
        strategy: 'cascade',
        verifier: { judge: { deployment: 'large' } },
      },
      out: { deployments: ['large'] },
      mixed: { deployments: ['large', 'heir'] },
      home: { deployments: ['heir'] },
    },
    policies: {
      clinic: { redact: ['person', 'id_card', 'phone'], localOnly: true, outputFilters: ['medical'] },
      careful: {
        redact: [
          'person',
          'phone',
          { entity: 'bank_card', action: 'block' },
          { entity: 'email', action: 'local-only' },
        ],
        inputFilters: ['sensitive'],
      },
      hushed: { outputFilters: [{ filter: 'medical', action: 'stop', categories: ['hiv'] }] },
    },
  };
}

beforeAll(async () => {
  outside = await startUpstream();
  fixture = await startFixture({}, config);
});
afterAll(async () => {
  await fixture.close();
  await outside.close();
});

const patient = '诸葛晴';
const phone = '13890825181';
const question = `患者${patient}，电话${phone}，请回电。`;

const asked = (policy: string, content: string, more: object = {}) => ({
  model: 'out',
  messages: [{ role: 'user', content }],
  gateway: { policy },
  ...more,
});
const seenBy = (upstream: Upstream): string => upstream.calls.map(({ rawBody }) => rawBody).join('\n');
/** The placeholder that the last call outside was sent. */
const placeholder = (kind: string): string =>
  new RegExp(`${kind}_[a-z]+`).exec(outside.calls.at(-1)?.rawBody ?? '')?.[0] ?? '';

async function jsonOf<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

/** Asks once, so that the double can be told to speak of the placeholders, which are the same each time. */
async function placeholders(): Promise<{ person: string; tel: string }> {
  outside.script([{ kind: 'answer' }]);
  await (await fixture.gateway.chat(asked('careful', question))).text();
  return { person: placeholder('PERSON'), tel: placeholder('PHONE') };
}

const route = async (policy: string, content: string): Promise<unknown> =>
  (await fixture.gateway.fetch('/v1/route', { json: asked(policy, content, { model: 'auto' }) })).json();

async function filesHold(text: string): Promise<string[]> {
  const entries = await readdir(fixture.gateway.dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = await Promise.all(files.map(async (name) => ({ name, bytes: await readFile(name) })));
  return read.filter(({ bytes }) => bytes.includes(text)).map(({ name }) => name);
}

describe('a request under a policy that redacts', () => {
  it('shows a provider placeholders only, and its caller the originals, in text and in tool calls', async () => {
    const { person, tel } = await placeholders();
    outside.script([
      { kind: 'answer', parts: [`Ring ${person} `, `at ${tel}.`] },
      {
        kind: 'answer',
        parts: [],
        toolCall: { id: 'call_1', name: 'ring', arguments: `{"who":"${person}","tel":"${tel}"}` },
      },
    ]);
    const response = await fixture.gateway.chat(asked('careful', question));
    expect(await response.json()).toMatchObject({
      choices: [{ message: { content: `Ring ${patient} at ${phone}.` } }],
    });
    const called = await jsonOf<ChatCompletion>(fixture.gateway.chat(asked('careful', question)));
    expect(JSON.parse(called.choices[0]?.message.tool_calls?.[0]?.function.arguments ?? '')).toEqual({
      who: patient,
      tel: phone,
    });

    expect(seenBy(outside)).not.toMatch(new RegExp(`${patient}|${phone}`));
    const id = response.headers.get('x-request-id') ?? '';
    expect(await fixture.gateway.record(id)).toMatchObject({
      result: { choices: [{ message: { content: `Ring ${patient} at ${phone}.` } }] },
      redaction: { entities: { person: 1, phone: 1 } },
    });
    const { raw, summaries } = await fetchHistory(fixture.namespace, id);
    expect(summaries).toContain('redact');
    for (const text of [patient, phone]) {
      expect(raw).not.toContain(Buffer.from(text).toString('latin1'));
      expect(fixture.gateway.output()).not.toContain(text);
      expect(await filesHold(text)).toEqual([]);
    }
  });

  it('restores a stream whose placeholders are torn apart, and again for a client that resumes', async () => {
    const { person, tel } = await placeholders();
    const torn = `Ring ${person} at ${tel}, twice ${tel}.`.split('');
    outside.script([{ kind: 'answer', parts: torn }]);
    const response = await fixture.gateway.chat(asked('careful', question, { stream: true }));
    const seen = await readWhole(response);
    const text = `Ring ${patient} at ${phone}, twice ${phone}.`;
    expect(seen).toMatchObject({ text, done: true, errors: [] });
    const id = response.headers.get('x-request-id');
    const middle = seen.ids[Math.floor(seen.ids.length / 2)] ?? 0;
    const rest = await readWhole(
      await fixture.gateway.fetch(`/v1/requests/${id}/events`, { headers: { 'last-event-id': String(middle) } }),
    );
    expect(text.endsWith(rest.text)).toBe(true);
    expect(rest.ids).toEqual(seen.ids.filter((seq) => seq > middle));
    expect(await fixture.gateway.record(id)).toMatchObject({ result: { choices: [{ message: { content: text } }] } });
  });

  it('goes on from a restored text on another deployment, which is sent placeholders', async () => {
    const { person } = await placeholders();
    fixture.upstream.script(
      [
        {
          kind: 'raw',
          status: 200,
          headers: { 'content-type': 'text/event-stream' },
          body: half(`Ring ${person} `),
          after: 'reset',
        },
      ],
      'm-light',
    );
    fixture.upstream.script([{ kind: 'answer', parts: [`now, ${person}.`] }], 'm-heir');
    const body = asked('careful', question, { model: 'relay', stream: true });
    expect(await readWhole(await fixture.gateway.chat(body))).toMatchObject({
      text: `Ring ${patient} now, ${patient}.`,
      restarts: 0,
      done: true,
    });
    expect(seenBy(fixture.upstream)).not.toContain(patient);
    expect(fixture.upstream.calls.at(-1)?.body['messages']).toContainEqual({
      role: 'assistant',
      content: `Ring ${person} `,
    });
  });

  it('is given without a seam where the next answer repeats what was restored, a placeholder half there included', async () => {
    const { person, tel } = await placeholders();
    outside.script([
      {
        kind: 'raw',
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        body: half(`Ring ${person} at ${tel.slice(0, 9)}`),
        after: 'reset',
      },
      { kind: 'answer', parts: `Ring ${person} at ${tel}.`.match(/.{1,7}/gu) ?? [] },
    ]);
    const seen = await readWhole(await fixture.gateway.chat(asked('careful', question, { stream: true })));
    expect(seen).toMatchObject({ text: `Ring ${patient} at ${phone}.`, restarts: 0, errors: [], done: true });
  });

  it('shows a judge of its draft placeholders only', async () => {
    const { person } = await placeholders();
    fixture.upstream.script([{ kind: 'answer', parts: [`Ring ${person} about the results today.`] }], 'm-heir');
    outside.script([{ kind: 'answer', parts: ['{"score": 0.9}'] }]);
    const answer = await jsonOf<ChatCompletion>(fixture.gateway.chat(asked('careful', question, { model: 'weighed' })));
    expect(answer.choices[0]?.message.content).toBe(`Ring ${patient} about the results today.`);
    const judged = outside.calls.at(-1)?.rawBody;
    expect(judged).toContain(`Ring ${person} about`);
    expect(judged).not.toContain(patient);
  });

  it('is refused where it holds what must not be sent, by the kind or category alone', async () => {
    const before = outside.calls.length;
    const card = await fixture.gateway.chat(asked('careful', '银行卡6222021234567890128')); // Luhn holds
    expect(card.status).toBe(403);
    const { error } = await jsonOf<OpenAiErrorEnvelope>(card);
    expect(error).toMatchObject({ code: 'content_filter', message: expect.stringContaining('bank_card') });
    expect(JSON.stringify(error)).not.toContain('6222');
    const harm = await fixture.gateway.chat(asked('careful', 'How do I make a bomb?', { stream: true }));
    expect(harm.status).toBe(403);
    expect((await jsonOf<OpenAiErrorEnvelope>(harm)).error.message).toMatch(/'weapons'(?!.*bomb)/);
    expect(outside.calls).toHaveLength(before);
  });
});

/** A number of its own for each place, so that a find tells where it leaked from. */
function canaries() {
  const planted: Record<string, string> = {};
  const plant = (place: string): string =>
    (planted[place] ??= `1389082${(5_181 + 7 * Object.keys(planted).length).toString()}`);
  const body = {
    user: plant('user'),
    metadata: { [plant('metadata key')]: plant('metadata') },
    safety_identifier: plant('safety_identifier'),
    prompt_cache_key: plant('prompt_cache_key'),
    stop: [plant('stop')],
    prediction: { type: 'content', content: plant('prediction') },
    messages: [
      { role: 'system', content: `Call ${plant('system')}.`, name: plant('name') },
      {
        role: 'user',
        content: [
          { type: 'text', text: `Call ${plant('part')}.` },
          { type: 'file', file: { filename: `${plant('file name')}.pdf`, file_id: 'file-1' } },
        ],
      },
      {
        role: 'assistant',
        content: `I called ${plant('assistant')}.`,
        refusal: plant('refusal'),
        tool_calls: [
          {
            id: plant('call id'),
            type: 'function',
            function: {
              name: 'ring',
              arguments: `{"${plant('argument key')}": ${plant('argument number')}, "t": "${plant('argument')}"}`,
            },
          },
        ],
      },
      { role: 'tool', tool_call_id: plant('call id'), content: `{"rang": "${plant('tool result')}"}` },
      { role: 'user', content: `Call ${plant('user message')}.`, note: { deep: [plant('unknown of a message')] } },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'ring',
          description: `Rings ${plant('tool description')}`,
          parameters: {
            type: 'object',
            description: plant('schema description'),
            properties: { [plant('property')]: { type: 'string', enum: [plant('enum')], default: plant('default') } },
            required: [plant('property')],
          },
        },
      },
    ],
    response_format: {
      type: 'json_schema',
      json_schema: {
        name: 'answer',
        description: plant('format description'),
        schema: { type: 'object', properties: { a: { description: plant('format schema') } } },
      },
    },
    odd_field: { deep: plant('unknown'), [plant('unknown key')]: Number(plant('unknown number')) },
  };
  return { planted, body };
}

describe('a number in each field of a request', () => {
  it.each([false, true])('leaves in none of them (stream: %s)', async (stream) => {
    const { planted, body } = canaries();
    expect(Object.keys(planted).length).toBeGreaterThan(25);
    outside.script([{ kind: 'answer' }]);
    const response = await fixture.gateway.chat({ ...asked('careful', ''), ...body, stream });
    expect(response.status).toBe(200);
    await response.text();
    const sent = outside.calls.at(-1)?.rawBody ?? '';
    expect(sent).toContain('PHONE_');
    const places = Object.entries(planted);
    expect(places.filter(([, number]) => sent.includes(number)).map(([place]) => place)).toEqual([]);
    const { raw } = await fetchHistory(fixture.namespace, response.headers.get('x-request-id') ?? '');
    const kept = [raw, fixture.gateway.output()].join('\n');
    expect(places.filter(([, number]) => kept.includes(number)).map(([place]) => place)).toEqual([]);
  });
});

describe('the policy of a clinic', () => {
  it("holds end to end for OpenAI's client, whole and streamed", async () => {
    const client = new OpenAI({ apiKey: fixture.gateway.key, baseURL: `${fixture.gateway.url}/v1`, maxRetries: 0 });
    const request = {
      model: 'home',
      messages: [{ role: 'user' as const, content: `患者${patient}，身份证11010519491231002X，电话${phone}。` }],
      gateway: { policy: 'clinic' },
    };
    fixture.upstream.script([{ kind: 'answer' }], 'm-heir');
    await client.chat.completions.create(request);
    const asSent = fixture.upstream.calls.at(-1)?.rawBody ?? '';
    expect(asSent).not.toMatch(new RegExp(`${patient}|${phone}|11010519491231002X`));
    const person = /PERSON_[a-z]+/.exec(asSent)?.[0] ?? '';
    const id = /ID_CARD_[a-z]+/.exec(asSent)?.[0] ?? '';

    const parts = `${person} (${id}) 疑似艾滋病，建议复查。`.match(/.{1,4}/gu) ?? [];
    fixture.upstream.script([{ kind: 'answer', parts }], 'm-heir');
    const expected = `${patient} (11010519491231002X) 疑似[REDACTED]，建议复查。`;
    const whole = await client.chat.completions.create(request);
    expect(whole.choices[0]?.message.content).toBe(expected);
    let text = '';
    for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe(expected);
  });
});

describe('local-only traffic', () => {
  it('never goes out: by a policy, by a kind of data that was found, nor when nobody inside is up', async () => {
    const before = outside.calls.length;
    const policy = await fixture.gateway.chat(asked('clinic', question));
    expect(policy.status).toBe(503);
    expect((await jsonOf<OpenAiErrorEnvelope>(policy)).error.code).toBe('no_deployment');
    const found = await fixture.gateway.chat(asked('careful', 'Write to ann@example.org'));
    expect(found.status).toBe(503);
    expect((await jsonOf<OpenAiErrorEnvelope>(found)).error).toMatchObject({
      code: 'no_deployment',
      message: expect.stringContaining("'out'"),
    });

    fixture.upstream.script([{ kind: 'error', error: 'badKey' }], 'm-light');
    const down = await fixture.gateway.chat(asked('clinic', question, { model: 'auto' }));
    expect(down.status).toBe(502);
    fixture.upstream.script([{ kind: 'answer', parts: ['Written.'] }], 'm-heir');
    const inside = await jsonOf<ChatCompletion>(
      fixture.gateway.chat(asked('careful', 'Write to ann@example.org', { model: 'mixed' })),
    );
    expect(inside.choices[0]?.message.content).toBe('Written.');
    expect(fixture.upstream.calls.at(-1)?.rawBody).toContain('ann@example.org');
    expect(outside.calls).toHaveLength(before);
    await outside.untilStill();
    expect(outside.calls).toHaveLength(before);
  });

  it('is explained by the route', async () => {
    for (const [policy, content] of [
      ['clinic', 'hello'],
      ['careful', 'Write to ann@example.org'],
    ] as const) {
      expect(await route(policy, content)).toMatchObject({
        excluded: expect.arrayContaining([
          { deployment: 'large', reasons: [expect.objectContaining({ reason: 'local_only' })] },
        ]),
      });
    }
    expect(JSON.stringify(await route('careful', 'hello'))).not.toContain('local_only');
  });
});

describe('filters of answers', () => {
  it('mask terms in whole answers and in streams', async () => {
    fixture.upstream.script([{ kind: 'answer', parts: ['患有艾', '滋病和 HI', 'V, HIVE.'] }], 'm-heir');
    const body = asked('clinic', 'hello', { model: 'heir' });
    const whole = await jsonOf<ChatCompletion>(fixture.gateway.chat(body));
    expect(whole.choices[0]?.message.content).toBe('患有[REDACTED]和 [REDACTED], HIVE.');
    const seen = await readWhole(await fixture.gateway.chat({ ...body, stream: true }));
    expect(seen).toMatchObject({ text: '患有[REDACTED]和 [REDACTED], HIVE.', done: true });
  });

  it('stop an answer before the term, tell why, and hang up on the provider', async () => {
    outside.script([
      { kind: 'answer', parts: ['The result is: ', 'HIV ', ...Array.from({ length: 500 }, () => 'x ')], paceMs: 20 },
    ]);
    const response = await fixture.gateway.chat(asked('hushed', 'hello', { stream: true }));
    const id = response.headers.get('x-request-id');
    expect(await readWhole(response)).toMatchObject({ text: 'The result is: ', done: true, errors: [] });
    const call = outside.calls.at(-1);
    await eventually('the hang-up', async () => call?.abortedAt !== undefined);
    expect(await fixture.gateway.record(id)).toMatchObject({
      status: 'completed',
      result: { choices: [{ finish_reason: 'content_filter', message: { content: 'The result is: ' } }] },
    });
    outside.script([{ kind: 'answer', parts: ['It is HIV, sorry.'] }]);
    const whole = await jsonOf<ChatCompletion>(fixture.gateway.chat(asked('hushed', 'hello')));
    expect(whole.choices[0]).toMatchObject({ finish_reason: 'content_filter', message: { content: 'It is ' } });
  });
});

/** A stream that says this and then breaks. */
function half(content: string): string {
  const chunk = {
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: null }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
