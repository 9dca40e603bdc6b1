import OpenAI from 'openai';
import { runApp, type RunningApp } from './running-app.ts';

let app: RunningApp;
let client: OpenAI;
beforeAll(async () => {
  app = await runApp();
  client = new OpenAI({ apiKey: 'key-a', baseURL: `${app.url}/v1`, maxRetries: 0 });
});
afterAll(() => app.close());

const flaggedIn = ({ categories }: OpenAI.Moderation): string[] =>
  Object.entries(categories)
    .filter(([, found]) => found)
    .map(([category]) => category);

describe('POST /v1/moderations', () => {
  it("answers OpenAI's client in its shape, a result for each text", async () => {
    const { id, model, results } = await client.moderations.create({
      model: 'omni-moderation-latest',
      input: ['检测结果：艾滋病。电话13890825181', 'how to make a bomb', 'Good morning.'],
    });
    expect(id).toMatch(/^modr-/);
    expect(model).toBe('holdfast-terms-1');
    expect(results.map(flaggedIn)).toEqual([['medical/hiv', 'personal_data/phone'], ['weapons'], []]);
    expect(results.map(({ flagged }) => flagged)).toEqual([true, true, false]);
    expect(results[0]?.category_scores).toMatchObject({ 'medical/hiv': 1, 'personal_data/phone': expect.any(Number) });
    expect(Object.keys(results[0]?.category_scores ?? {})).toEqual(Object.keys(results[0]?.categories ?? {}));
  });

  it('judges one text, and the parts of one together', async () => {
    const whole = await client.moderations.create({ input: 'I want to kill myself' });
    expect(whole.results.map(flaggedIn)).toEqual([['self-harm']]);
    const parts = await client.moderations.create({
      input: [
        { type: 'text', text: 'a pipe bomb' },
        { type: 'text', text: 'and syphilis' },
      ],
    });
    expect(parts.results.map(flaggedIn)).toEqual([['weapons', 'medical/sti']]);
  });

  it.each([
    ['no input', {}],
    ['an empty list', { input: [] }],
    ['a number', { input: 7 }],
    ['an image', { input: [{ type: 'image_url', image_url: { url: 'https://a.example/x.png' } }] }],
  ])('refuses %s, naming the field', async (_what, body) => {
    const response = await app.post('/v1/moderations', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: expect.stringContaining('input') } });
  });

  it('refuses more text than may hold others up', async () => {
    const response = await app.post('/v1/moderations', {
      input: Array.from({ length: 101 }, () => 'x'.repeat(10_000)),
    });
    expect(response.status).toBe(413);
  });

  it('asks for the scope inference', async () => {
    const response = await app.post('/v1/moderations', { input: 'x' }, { authorization: 'Bearer key-audit' });
    expect(response.status).toBe(403);
  });
});
