import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { RequestObject } from '../../api/gateway/request-object.ts';
import { GATEWAY_ARGS } from '../../scripts/supervisor/gateway-args.mjs';
import type { ConfigFile } from '../../platform/config/config-file.ts';
import { ended } from './child-process.ts';
import { freePort } from './free-port.ts';

export interface GatewayProcess {
  url: string;
  key: string;
  dataDir: string;
  pid: number;
  /** Everything the process printed, logs included. */
  output(): string;
  fetch(path: string, init?: GatewayInit): Promise<Response>;
  /** POST /v1/chat/completions. */
  chat(body: object, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  /** GET /v1/requests/{id}. */
  record(id: string | null): Promise<RequestObject>;
  kill(): Promise<void>;
  /** Starts again on the same port and data. */
  restart(): Promise<void>;
  terminate(): Promise<{ exitCode: number | null }>;
}

type GatewayInit = Omit<RequestInit, 'headers'> & { json?: unknown; headers?: Record<string, string> };

export interface GatewayOptions {
  temporalAddress: string;
  config: ConfigFile;
  namespace?: string;
  dataDir?: string;
  env?: Record<string, string>;
}

const key = 'test-key-0123456789';

/** One real gateway process, started as the supervisor starts it, ready when this resolves. */
export async function startGatewayProcess(options: GatewayOptions): Promise<GatewayProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'holdfast-data-')));
  const port = await freePort();
  const configPath = join(dataDir, 'gateway.yaml');
  await writeFile(configPath, stringify(options.config));
  const url = `http://127.0.0.1:${port}`;
  let output = '';
  let child = await run();

  async function run(): Promise<ChildProcess> {
    const started = spawn(process.execPath, GATEWAY_ARGS, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(port),
        API_KEY: key,
        DATA_DIR: dataDir,
        CONFIG: configPath,
        TEMPORAL_ADDRESS: options.temporalAddress,
        TEMPORAL_NAMESPACE: options.namespace ?? 'holdfast',
        ...options.env,
      },
    });
    for (const stream of [started.stdout, started.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => void (output += text));
    }
    if (options.env?.ROLE !== 'gateway') {
      await ready(url, started, () => output).catch(async (error: unknown) => {
        await ended(started, 'SIGKILL');
        throw error;
      });
    }
    return started;
  }

  const request: GatewayProcess['fetch'] = (path, { json, ...init } = {}) =>
    fetch(`${url}${path}`, {
      ...(json !== undefined && { method: 'POST', body: JSON.stringify(json) }),
      ...init,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers },
    });

  return {
    url,
    key,
    dataDir,
    get pid() {
      return child.pid ?? 0;
    },
    output: () => output,
    fetch: request,
    chat: (body, headers = {}, signal) =>
      request('/v1/chat/completions', { json: body, headers, ...(signal && { signal }) }),
    record: async (id) => (await (await request(`/v1/requests/${id}`)).json()) as RequestObject,
    kill: () => ended(child, 'SIGKILL'),
    async restart() {
      await ended(child, 'SIGKILL');
      child = await run();
    },
    async terminate() {
      await ended(child, 'SIGTERM');
      return { exitCode: child.exitCode };
    },
  };
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the gateway ended with code ${child.exitCode}:\n${output()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (Date.now() > deadline) throw new Error(`the gateway did not become ready:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
