import { createServer, type Server } from 'node:http';
import { listen } from '../listen.ts';
import { discoverModels } from '../../../../scripts/supervisor/discovery.mjs';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server that answers these paths with JSON and everything else with 404; its base URL. */
async function serverWith(answers: Record<string, unknown>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}`;
}

const ollamaTags = {
  models: [
    { name: 'nomic-embed-text:latest', details: { family: 'nomic-bert' } },
    { name: 'llama3.2:3b', details: { family: 'llama' } },
  ],
};
const llamaCpp = {
  '/health': { status: 'ok' },
  '/v1/models': { object: 'list', data: [{ id: 'qwen3-8b', object: 'model', owned_by: 'llamacpp' }] },
};
const noFile = { hasConfigFile: false };

describe('what can answer on this machine', () => {
  it('is what the configuration file says, whatever else is there', async () => {
    const found = await discoverModels({ hasConfigFile: true }, { OPENAI_API_KEY: 'k' });
    expect(found).toMatchObject({ needsLightModel: false, environment: {} });
  });

  it('is a vendor whose key is set; the key itself is not shown', async () => {
    const found = await discoverModels(noFile, { ANTHROPIC_API_KEY: 'sk-ant-secret' });
    expect(found).toMatchObject({ needsLightModel: false, found: 'models: found ANTHROPIC_API_KEY' });
  });

  it('is an Ollama with a model that chats', async () => {
    const ollama = await serverWith({ '/api/tags': ollamaTags });
    const llama = await serverWith(llamaCpp);
    const found = await discoverModels(noFile, {}, { ollama, llamaCpp: llama });
    expect(found).toMatchObject({
      needsLightModel: false,
      environment: { OLLAMA_URL: `${ollama}/v1`, OLLAMA_MODEL: 'llama3.2:3b' },
    });
  });

  it('is a llama.cpp server when Ollama has no model', async () => {
    const ollama = await serverWith({ '/api/tags': { models: [] } });
    const llama = await serverWith(llamaCpp);
    const found = await discoverModels(noFile, {}, { ollama, llamaCpp: llama });
    expect(found.environment).toEqual({ LLAMA_CPP_URL: `${llama}/v1`, LLAMA_CPP_MODEL: 'qwen3-8b' });
  });

  it('is the light model when other programs sit on the usual ports', async () => {
    const other = await serverWith({
      '/health': { status: 'ok' },
      '/v1/models': { data: [{ id: 'x', owned_by: 'another' }] },
    });
    const found = await discoverModels(noFile, {}, { ollama: other, llamaCpp: other });
    expect(found).toMatchObject({ needsLightModel: true, environment: {} });
  });
});
