import type { ChatCompletionRequest } from '../../../domain/chat.ts';
import type { Provider } from '../../../domain/deployment.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { GuardedAnswer, GuardedRequest } from '../../../platform/net/url-guard.ts';
import type { ChatCall } from '../../../providers/contract.ts';
import { withInlineImages } from '../../../providers/inline-images.ts';
import { png } from '../../doubles/fixtures/declared-images.ts';

const vendor: Provider = {
  name: 'p',
  kind: 'openai-compatible',
  baseUrl: 'https://api.example.com/v1',
  headers: {},
  local: false,
  alwaysStream: false,
};
const cat = png(20, 10);
const answerWith = (body: Buffer, status = 200): GuardedAnswer => ({ status, headers: {}, body });

async function sentTo(
  provider: Provider,
  fetch: (request: GuardedRequest) => Promise<GuardedAnswer> = async () => answerWith(cat),
  more: { urls?: string[]; keptInside?: boolean } = {},
) {
  const asked: string[] = [];
  const judged: string[] = [];
  let sent: ChatCompletionRequest | undefined;
  const adapter = withInlineImages(
    {
      complete: async ({ body }) => {
        sent = body;
        throw new Error('answered');
      },
      // oxlint-disable-next-line require-yield -- it only looks at the call
      async *stream({ body }) {
        sent = body;
      },
    },
    {
      maxImagePixels: () => 1_000,
      urlGuard: {
        judge: async (url) => {
          judged.push(url);
        },
        fetch: (request) => {
          asked.push(request.url);
          return fetch(request);
        },
      },
    },
  );
  const urls = more.urls ?? ['https://example.com/a', 'data:image/gif;base64,AA==', 'https://example.com/b'];
  const content = urls.map((url) => ({ type: 'image_url', image_url: { url, detail: 'low' } }));
  const body: ChatCompletionRequest = { model: 'm', messages: [{ role: 'user', content }] };
  const call: ChatCall = {
    deployment: { name: 'd', provider, model: 'm', modalities: ['chat'], limits: {} },
    body,
    stream: true,
    keptInside: more.keptInside ?? false,
    signal: new AbortController().signal,
  };
  await adapter.stream(call)[Symbol.asyncIterator]().next();
  return { asked, judged, body, sent };
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'sent',
    (error: unknown) => (error instanceof GatewayError ? error.info : error),
  );

describe('remote images', () => {
  it.each<[string, Partial<Provider>]>([
    ['marked local', { local: true }],
    ['of Ollama', { kind: 'ollama', baseUrl: 'https://ollama.example.com/v1' }],
  ])('reach a server %s as data URLs', async (_which, more) => {
    const { asked, body, sent } = await sentTo({ ...vendor, ...more });
    expect(asked).toEqual(['https://example.com/a', 'https://example.com/b']);
    const inlined = { url: `data:image/png;base64,${cat.toString('base64')}`, detail: 'low' };
    expect(sent?.messages[0]?.content).toEqual([
      { type: 'image_url', image_url: inlined },
      { type: 'image_url', image_url: { url: 'data:image/gif;base64,AA==', detail: 'low' } },
      { type: 'image_url', image_url: inlined },
    ]);
    expect(JSON.stringify(body)).toContain('https://example.com/a');
  });

  it('reach a vendor as they are, and nothing is fetched', async () => {
    const { asked, judged, body, sent } = await sentTo(vendor);
    expect([...asked, ...judged]).toEqual([]);
    expect(sent).toBe(body);
  });

  it.each(['http://127.0.0.1:8000/v1', 'http://proxy:8000/v1'])(
    'reach another server of this network, %s, as they are, once they were judged',
    async (baseUrl) => {
      const { asked, judged, body, sent } = await sentTo({ ...vendor, baseUrl });
      expect(asked).toEqual([]);
      expect(judged).toEqual(['https://example.com/a', 'https://example.com/b']);
      expect(sent).toBe(body);
    },
  );

  const inside = { ...vendor, local: true };
  it.each<[string, () => Promise<GuardedAnswer>]>([
    ['could not be fetched', async () => answerWith(Buffer.alloc(0), 404)],
    ['could not be fetched', () => Promise.reject(new GatewayError({ type: 'provider_timeout', message: 'late' }))],
    ['is no image of a known format', async () => answerWith(Buffer.from('<html>secret</html>'))],
    ['declares more than 1000 pixels', async () => answerWith(png(100, 11))],
  ])('end the request where one %s', async (what, fetch) => {
    expect(await errorOf(sentTo(inside, fetch))).toMatchObject({
      type: 'invalid_request',
      message: `messages[0].content[0].image_url.url ${what}. Send a data URL.`,
    });
  });

  it('are fetched for no request that is kept inside, wherever it goes', async () => {
    const refused = { type: 'permission_denied', param: 'messages[0].content[0].image_url.url' };
    for (const provider of [vendor, inside]) {
      expect(await errorOf(sentTo(provider, undefined, { keptInside: true }))).toMatchObject(refused);
    }
    const { sent } = await sentTo(inside, undefined, { keptInside: true, urls: ['data:image/gif;base64,AA=='] });
    expect(sent).toBeDefined();
  });

  it('share one bound of size', async () => {
    const large = Buffer.concat([cat, Buffer.alloc(20 * 1024 * 1024)]);
    const bounds: number[] = [];
    await sentTo(inside, async ({ maxBytes }) => {
      bounds.push(maxBytes);
      return answerWith(large);
    });
    expect(bounds).toEqual([32 * 1024 * 1024, 32 * 1024 * 1024 - large.length]);
  });

  it('are refused by the reason of the guard', async () => {
    const refused = new GatewayError({ type: 'invalid_request', message: 'leads inside' });
    expect(await errorOf(sentTo(inside, () => Promise.reject(refused)))).toMatchObject({ message: 'leads inside' });
  });
});
