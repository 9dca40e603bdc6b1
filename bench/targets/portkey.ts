import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npmCommand } from '../../scripts/bootstrap/command.mjs';
import { peerFolder, runInstaller } from './peer-installation.ts';
import { freePort, startServer } from './server-process.ts';
import { chatPath, type Endpoint, type Target, type UpstreamUrls } from './target.ts';

const version = '1.15.2';

/**
 * Portkey 1.15.2 answers 500 to every stream. It builds the streamed answer as `new Response(body, upstreamResponse)`
 * and then appends its own headers. The lightweight Response of `@hono/node-server` (seen with 1.19.0, 1.19.10 and
 * 1.19.19, on Node 20 and 24) keeps the Headers object of that second argument instead of a copy, and the headers of a
 * fetched response are immutable: `TypeError: immutable`. Copying them is all that is needed.
 */
const streamPatch = {
  file: 'node_modules/@portkey-ai/gateway/build/start-server.js',
  before: ':new Response(p,e)}',
  after: ':new Response(p,{status:e.status,statusText:e.statusText,headers:new Headers(e.headers)})}',
};

/** The packages on the way of a request are pinned too: Portkey itself asks for ranges. */
const manifest = {
  private: true,
  dependencies: { '@portkey-ai/gateway': version },
  overrides: { '@hono/node-server': '1.19.19', hono: '4.13.19' },
};

/** Portkey's gateway on the Node that runs the bench. It has no option for the interface: it listens on all. */
export async function startPortkey(upstreams: UpstreamUrls): Promise<Target> {
  const folder = await peerFolder(`portkey-${version}`, install);
  const port = await freePort();
  const server = startServer({
    command: process.execPath,
    args: [streamPatch.file, '--headless', `--port=${port}`],
    env: { NODE_ENV: 'production' },
    folder,
  });
  const origin = `http://127.0.0.1:${port}`;
  const endpoint = (upstream: string, model: string): Endpoint => ({
    origin,
    path: chatPath,
    headers: {
      authorization: 'Bearer unused',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstream}/v1`,
    },
    model,
  });
  try {
    await server.ready(`${origin}/`, 30_000);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    name: 'portkey',
    label: 'Portkey',
    about:
      `@portkey-ai/gateway ${version}, one process, streams patched (bench/targets/portkey.ts); ` +
      'its code waits 25 ms before the first chunk of every stream',
    endpoints: {
      answering: endpoint(upstreams.answering, 'answering'),
      metronome: endpoint(upstreams.metronome, 'metronome'),
    },
    stop: () => server.stop(),
  };
}

async function install(folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  await runInstaller([...npmCommand(), 'install', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  const path = join(folder, streamPatch.file);
  const source = await readFile(path, 'utf8');
  if (source.split(streamPatch.before).length !== 2) throw new Error('Portkey: the place to patch was not found');
  await writeFile(path, source.replace(streamPatch.before, streamPatch.after));
}
