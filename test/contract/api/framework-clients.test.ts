import { createOpenAI } from '@ai-sdk/openai';
import { ChatOpenAI } from '@langchain/openai';
import { APICallError, generateText, streamText } from 'ai';
import { helloEvents } from './fake-gateway.ts';
import { runApp, type RunningApp } from './running-app.ts';

let app: RunningApp;
beforeEach(async () => {
  app = await runApp();
});
afterEach(() => app.close());

const aiSdk = () => createOpenAI({ baseURL: `${app.url}/v1`, apiKey: 'key-a' }).chat('auto');
const langChain = () =>
  new ChatOpenAI({ model: 'auto', apiKey: 'key-a', maxRetries: 0, configuration: { baseURL: `${app.url}/v1` } });

const cutOff = {
  kind: 'fail',
  events: helloEvents.slice(0, 2),
  error: { type: 'provider_interrupted', message: 'The stream broke.' },
} as const;

describe('the AI SDK', () => {
  const silent = { maxRetries: 0, onError: () => {} };

  it('reads an answer and its usage', async () => {
    const { text, usage } = await generateText({ model: aiSdk(), prompt: 'Hi', maxRetries: 0 });
    expect([text, usage.totalTokens]).toEqual(['Hello there', 7]);
  });

  it('reads a stream', async () => {
    const { text } = streamText({ model: aiSdk(), prompt: 'Hi', ...silent });
    expect(await text).toBe('Hello there');
  });

  it('tells a failure before the first text by its status', async () => {
    app.gateway.script = {
      kind: 'refuse',
      error: { type: 'model_not_found', message: 'No such model.', param: 'model' },
    };
    const failed = await generateText({ model: aiSdk(), prompt: 'Hi', maxRetries: 0 }).catch((error: unknown) => error);
    expect(APICallError.isInstance(failed) && [failed.statusCode, failed.message]).toEqual([404, 'No such model.']);
  });

  it('reports a stream that breaks', async () => {
    app.gateway.script = cutOff;
    const kinds = [];
    for await (const part of streamText({ model: aiSdk(), prompt: 'Hi', ...silent }).fullStream) kinds.push(part.type);
    expect(kinds).toContain('error');
  });
});

describe('LangChain', () => {
  it('reads an answer', async () => {
    expect((await langChain().invoke('Hi')).content).toBe('Hello there');
  });

  it('reads a stream', async () => {
    let text = '';
    for await (const part of await langChain().stream('Hi')) text += part.text;
    expect(text).toBe('Hello there');
  });

  it('throws where a stream breaks', async () => {
    app.gateway.script = cutOff;
    const reading = (async () => {
      for await (const part of await langChain().stream('Hi')) expect(part.text).toBe('Hello');
    })();
    await expect(reading).rejects.toThrow('The stream broke.');
  });
});
