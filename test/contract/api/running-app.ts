import { Writable } from 'node:stream';
import pino from 'pino';
import { Registry } from 'prom-client';
import { createApp, type AppOptions } from '../../../api/app.ts';
import { createHttpServer } from '../../../api/server.ts';
import { FakeGateway } from './fake-gateway.ts';

export interface RunningApp {
  gateway: FakeGateway;
  url: string;
  port: number;
  registry: Registry;
  /** Lines the app has logged, as text. */
  logged: string[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** The real application on a free loopback port, with a gateway in memory behind it, which `prepare` may change first. */
export async function runApp(
  options: Partial<AppOptions> = {},
  prepare: (gateway: FakeGateway) => void = () => undefined,
): Promise<RunningApp> {
  const gateway = new FakeGateway();
  prepare(gateway);
  const logged: string[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      logged.push(String(line));
      done();
    },
  });
  const registry = new Registry();
  const app = createApp(gateway, {
    logger: pino({ level: 'debug' }, sink),
    registry,
    version: '0.0.0-test',
    draining: () => false,
    ...options,
  });
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { port } = address;
  const url = `http://127.0.0.1:${port}`;
  const key = { authorization: 'Bearer key-a' };
  return {
    gateway,
    url,
    port,
    registry,
    logged,
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: 'POST',
        headers: { ...key, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    get: (path, headers = {}) => fetch(url + path, { headers: { ...key, ...headers } }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** Waits until `condition` holds, at most `withinMs`. */
export async function until(condition: () => boolean, withinMs = 2000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
