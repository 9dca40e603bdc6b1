import OpenAI, {
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
  UnprocessableEntityError,
} from 'openai';
import { chunk, helloEvents } from './fake-gateway.ts';
import { runApp, until, type RunningApp } from './running-app.ts';

const question = { model: 'auto', messages: [{ role: 'user' as const, content: 'Hi' }] };
let app: RunningApp;
let client: OpenAI;
beforeEach(async () => {
  app = await runApp();
  client = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'key-a', maxRetries: 0 });
});
afterEach(() => app.close());

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
}

describe('the official openai client', () => {
  it('reads an answer, its request id and its usage', async () => {
    const { data: answer, request_id: requestId } = await client.chat.completions.create(question).withResponse();
    expect(answer.choices[0]?.message.content).toBe('Hello there');
    expect(answer.usage?.total_tokens).toBe(7);
    expect(requestId).toBe('req_00000000000000000000000000000001');
  });

  it('reads a stream', async () => {
    let text = '';
    for await (const part of await client.chat.completions.create({ ...question, stream: true })) {
      text += part.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe('Hello there');
  });

  it('puts a stream together with its helper', async () => {
    const stream = client.chat.completions.stream(question);
    expect(await stream.finalContent()).toBe('Hello there');
  });

  it('lists models and reads one', async () => {
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    expect(names).toEqual(['auto', 'light']);
    expect((await client.models.retrieve('light')).owned_by).toBe('near');
  });

  it('throws its typed errors', async () => {
    const wrongKey = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    const unauthorized = await failure(wrongKey.chat.completions.create(question));
    expect(unauthorized).toBeInstanceOf(AuthenticationError);
    expect(unauthorized).toMatchObject({ status: 401, code: 'invalid_api_key' });
    const bad = await failure(client.chat.completions.create({ ...question, temperature: 3 }));
    expect(bad).toBeInstanceOf(BadRequestError);
    expect(bad).toMatchObject({ status: 400, param: 'temperature', type: 'invalid_request_error' });
    expect(await failure(client.models.retrieve('none'))).toBeInstanceOf(NotFoundError);
    app.gateway.script = { kind: 'refuse', error: { type: 'overloaded', message: 'Full.', retryAfterMs: 1 } };
    expect(await failure(client.chat.completions.create(question))).toBeInstanceOf(RateLimitError);
    app.gateway.script = { kind: 'refuse', error: { type: 'idempotency_key_reused', message: 'Reused.' } };
    expect(await failure(client.chat.completions.create(question))).toBeInstanceOf(UnprocessableEntityError);
    app.gateway.script = { kind: 'fail', error: { type: 'provider_unavailable', message: 'Away.' } };
    const away = await failure(client.chat.completions.create({ ...question, stream: true }));
    expect(away).toBeInstanceOf(InternalServerError);
    expect(away).toMatchObject({ status: 502, requestID: 'req_00000000000000000000000000000003' });
  });

  it('tries again after a 429, in the time that Retry-After says', async () => {
    const patient = new OpenAI({ baseURL: `${app.url}/v1`, apiKey: 'key-a', maxRetries: 1 });
    app.gateway.script = { kind: 'refuse', error: { type: 'overloaded', message: 'Full.', retryAfterMs: 0 } };
    const answering = patient.chat.completions.create(question);
    await until(() => app.gateway.submitted.length === 1);
    app.gateway.script = { kind: 'complete', events: helloEvents };
    expect((await answering).choices[0]?.message.content).toBe('Hello there');
  });

  it('throws where a stream breaks, so that a short answer is never taken for a whole one', async () => {
    app.gateway.script = {
      kind: 'fail',
      events: helloEvents.slice(0, 2),
      error: { type: 'provider_interrupted', message: 'The stream broke.' },
    };
    let text = '';
    const reading = (async () => {
      for await (const part of await client.chat.completions.create({ ...question, stream: true })) {
        text += part.choices[0]?.delta.content ?? '';
      }
    })();
    expect(await failure(reading)).toMatchObject({ code: 'provider_interrupted' });
    expect(text).toBe('Hello');
  });

  it('throws at a restart instead of joining two texts, and its request goes on', async () => {
    app.gateway.script = {
      kind: 'hang',
      events: [
        ...helloEvents.slice(0, 2),
        { kind: 'restart', reason: 'no prefill' },
        { kind: 'chunk', json: chunk('Anew') },
      ],
    };
    let text = '';
    const reading = (async () => {
      for await (const part of await client.chat.completions.create({ ...question, stream: true })) {
        text += part.choices[0]?.delta.content ?? '';
      }
    })();
    expect(await failure(reading)).toMatchObject({ code: 'stream_restarted' });
    expect(text).toBe('Hello');
    await until(() => app.logged.length > 0);
    expect(app.gateway.cancelled).toEqual([]);
  });

  it('cancels the request when it aborts', async () => {
    app.gateway.script = { kind: 'hang', events: helloEvents.slice(0, 2) };
    const stream = await client.chat.completions.create({ ...question, stream: true });
    for await (const part of stream) {
      expect(part.choices[0]?.delta.content).toBe('Hello');
      break;
    }
    await until(() => app.gateway.cancelled.length === 1);
  });

  it('sends tools, images and metadata that the schema takes', async () => {
    await client.chat.completions.create({
      model: 'auto',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } }],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'found' }] },
      ],
      tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' }, strict: true } }],
      tool_choice: { type: 'function', function: { name: 'look_up' } },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
      },
      logprobs: true,
      top_logprobs: 5,
      stop: ['a', 'b', 'c', 'd'],
      logit_bias: { 50256: -100 },
      metadata: { topic: 'test' },
      reasoning_effort: 'low',
      service_tier: 'auto',
      store: false,
      seed: -1,
    });
    expect(app.gateway.submitted).toHaveLength(1);
  });
});
