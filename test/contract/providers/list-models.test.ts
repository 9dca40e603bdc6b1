import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from '../../../domain/deployment.ts';
import { listModels } from '../../../providers/list-models.ts';
import { failureOf } from '../../doubles/collect.ts';

let server: Server;
let answer: { status: number; body: string };
let seen: { path: string | undefined; headers: IncomingHttpHeaders };
beforeAll(async () => {
  server = createServer((request, response) => {
    seen = { path: request.url, headers: request.headers };
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function provider(kind: Provider['kind']): Provider {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  return { name: 'near', kind, baseUrl, apiKey: 'sk-test-0123456789', headers: {}, local: false, alwaysStream: false };
}

const list = (kind: Provider['kind']) => listModels(provider(kind), AbortSignal.timeout(5_000));

describe('the list of models', () => {
  it.each<[Provider['kind'], string, Record<string, string>]>([
    ['openai', '{"object":"list","data":[{"id":"one"},{"id":"two"}]}', { authorization: 'Bearer sk-test-0123456789' }],
    [
      'anthropic',
      '{"data":[{"type":"model","id":"one"},{"type":"model","id":"two"}],"has_more":false}',
      { 'x-api-key': 'sk-test-0123456789', 'anthropic-version': '2023-06-01' },
    ],
    ['google', '{"models":[{"name":"models/one"},{"name":"models/two"}]}', { 'x-goog-api-key': 'sk-test-0123456789' }],
  ])('of %s is asked for with its key, and read', async (kind, body, headers) => {
    answer = { status: 200, body };
    expect(await list(kind)).toEqual(['one', 'two']);
    expect(seen).toMatchObject({ path: '/base/models', headers });
  });

  it.each([
    [401, '{"error":{"message":"No."}}', 'provider_auth'],
    [503, '', 'provider_unavailable'],
    [200, '<html>', 'provider_protocol'],
  ])('fails at %i %s as %s', async (status, body, type) => {
    answer = { status, body };
    expect((await failureOf(list('openai'))).type).toBe(type);
  });
});
