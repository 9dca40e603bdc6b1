import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { ended } from './child-process.ts';
import { eventually } from './poll.ts';

export interface RedisServer {
  url: string;
  /** kill -9 */
  crash(): Promise<void>;
  /** The same address again. */
  restart(): Promise<void>;
  /** Stops answering without closing anything, and goes on. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export function hasRedisServer(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A Redis without persistence on a free port of the loopback. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  let server = await run();

  async function run(): Promise<ChildProcess> {
    const options = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      tmpdir(),
    ];
    const started = spawn('redis-server', options, { stdio: 'ignore' });
    await eventually('Redis to answer', () => accepts(port));
    return started;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    crash: () => ended(server, 'SIGKILL'),
    async restart() {
      server = await run();
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop: () => ended(server, 'SIGKILL'),
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
