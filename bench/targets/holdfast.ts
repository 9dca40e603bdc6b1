import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { REPO_DIR } from '../../scripts/bootstrap/paths.mjs';
import { freePort, startServer } from './server-process.ts';
import { chatPath, type Endpoint, type Target, upstreamNames, type UpstreamUrls } from './target.ts';

/** Settings that would make this another Holdfast than the embedded one, if the user's environment has them. */
const notFromOutside = {
  ROLE: undefined,
  HOST: undefined,
  TEMPORAL_ADDRESS: undefined,
  TEMPORAL_NAMESPACE: undefined,
  DATABASE_URL: undefined,
  REDIS_URL: undefined,
  ARTIFACTS_URL: undefined,
  TLS_CERT: undefined,
  TLS_KEY: undefined,
};

/** Holdfast as `npm start` starts it, with everything embedded, in a data folder of its own that is deleted after. */
export async function startHoldfast(upstreams: UpstreamUrls): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-holdfast-'));
  const config = join(folder, 'gateway.yaml');
  const apiKey = `bench-${randomBytes(16).toString('hex')}`;
  await writeFile(config, stringify(configuration(upstreams)));
  const port = await freePort();
  const server = startServer({
    command: process.execPath,
    args: [join('scripts', 'start.mjs')],
    env: {
      ...notFromOutside,
      PORT: `${port}`,
      API_KEY: apiKey,
      DATA_DIR: join(folder, 'data'),
      CONFIG: config,
      TEMPORAL_UI_PORT: `${await freePort()}`,
    },
    folder: REPO_DIR,
  });
  const origin = `http://127.0.0.1:${port}`;
  const endpoint = (model: string): Endpoint => ({
    origin,
    path: chatPath,
    headers: { authorization: `Bearer ${apiKey}` },
    model,
  });
  const stop = async () => {
    await server.stop(30_000);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await server.ready(`${origin}/readyz`, 120_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: 'holdfast',
    label: 'Holdfast',
    about: `holdfast ${await ownVersion()}, everything embedded: Temporal, SQLite, one worker`,
    endpoints: { answering: endpoint('answering'), metronome: endpoint('metronome') },
    stop,
  };
}

function configuration(upstreams: UpstreamUrls) {
  return {
    providers: Object.fromEntries(
      upstreamNames.map((name) => [name, { kind: 'openai-compatible', baseUrl: `${upstreams[name]}/v1`, local: true }]),
    ),
    deployments: Object.fromEntries(
      upstreamNames.map((name) => [name, { provider: name, model: name, modalities: ['chat'] }]),
    ),
  };
}

async function ownVersion(): Promise<string> {
  const manifest: { version: string } = JSON.parse(await readFile(join(REPO_DIR, 'package.json'), 'utf8'));
  return manifest.version;
}
