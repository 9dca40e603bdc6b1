import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cacheDir } from '../../scripts/bootstrap/paths.mjs';
import { findPython } from '../../scripts/bootstrap/python.mjs';
import { peerFolder, runInstaller } from './peer-installation.ts';
import { freePort, startServer } from './server-process.ts';
import { chatPath, type Endpoint, type Target, upstreamNames, type UpstreamUrls } from './target.ts';

/** Pinned on purpose: some releases of this package were malicious or withdrawn (1.82.7, 1.82.8, 1.107.0). */
const version = '1.106.0';

/** LiteLLM's proxy with one worker, without a database, in its production mode. */
export async function startLitellm(upstreams: UpstreamUrls): Promise<Target> {
  const venv = await peerFolder(`litellm-${version}`, install);
  const folder = await mkdtemp(join(tmpdir(), 'bench-litellm-'));
  const masterKey = `sk-${randomBytes(16).toString('hex')}`;
  await writeFile(join(folder, 'config.yaml'), stringify(configuration(upstreams)));
  const port = await freePort();
  const server = startServer({
    command: join(venv, 'bin', 'litellm'),
    args: ['--config', 'config.yaml', '--host', '127.0.0.1', '--port', `${port}`, '--num_workers', '1'],
    env: {
      LITELLM_MASTER_KEY: masterKey,
      LITELLM_MODE: 'PRODUCTION',
      LITELLM_LOG: 'ERROR',
      LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      DATABASE_URL: undefined,
    },
    folder,
  });
  const origin = `http://127.0.0.1:${port}`;
  const endpoint = (model: string): Endpoint => ({
    origin,
    path: chatPath,
    headers: { authorization: `Bearer ${masterKey}` },
    model,
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await server.ready(`${origin}/health/readiness`, 90_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: 'litellm',
    label: 'LiteLLM',
    about: `litellm[proxy] ${version}, one worker, no database`,
    endpoints: { answering: endpoint('answering'), metronome: endpoint('metronome') },
    stop,
  };
}

function configuration(upstreams: UpstreamUrls) {
  return {
    model_list: upstreamNames.map((name) => ({
      model_name: name,
      litellm_params: { model: `openai/${name}`, api_base: `${upstreams[name]}/v1`, api_key: 'unused' },
    })),
    litellm_settings: { num_retries: 0, telemetry: false },
    router_settings: { num_retries: 0 },
  };
}

/** Wheels only, so that no package's build code runs. */
async function install(venv: string): Promise<void> {
  const python = await findPython({ cacheDir: cacheDir() });
  await runInstaller([python.executable, '-m', 'venv', '--without-pip', '.'], venv);
  const pip = [...python.pip, '--python', join(venv, 'bin', 'python'), 'install', '--quiet'];
  await runInstaller(
    [...pip, '--disable-pip-version-check', '--only-binary', ':all:', `litellm[proxy]==${version}`],
    venv,
  );
}
