import { EventEmitter, once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer, replaceCertificate } from '../api/server.ts';
import { ConfigurationError, type Settings } from '../platform/config/settings.ts';
import type { Logger } from '../platform/logger.ts';
import { followCertificate, readTlsFiles } from './tls-certificate.ts';

export interface Listener {
  url: string;
  /**
   * Goes on answering (the app refuses new work by now, and readyz says so) until the open exchanges have ended or
   * `timeoutMs` have passed, then closes.
   */
  drain(timeoutMs: number): Promise<void>;
  /** Looks at once whether the certificate was renewed. */
  checkCertificate(): void;
}

/** Listens on HOST and PORT, with TLS 1.3 where a certificate is set. A certificate that is renewed is taken over. */
export async function listen(
  app: RequestListener,
  { host, port, tls }: Pick<Settings, 'host' | 'port' | 'tls'>,
  logger: Logger,
): Promise<Listener> {
  const files = tls && (await readTlsFiles(tls));
  const server = createHttpServer(app, files);
  const certificate = tls && followCertificate(tls, files, (renewed) => replaceCertificate(server, renewed), logger);
  const exchanges = countExchanges(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new ConfigurationError(
          `cannot listen on ${host}:${port} (${error.code}). Set PORT or HOST, or stop what is there.`,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls ? 'https' : 'http'}://${shownHost}:${boundPort}`,
    async drain(timeoutMs) {
      await exchanges.finished(timeoutMs);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      certificate?.stop();
    },
    checkCertificate: () => void certificate?.check(),
  };
}

/** Counts exchanges that have begun and not ended. */
function countExchanges(server: EventEmitter): { finished(timeoutMs: number): Promise<void> } {
  let open = 0;
  const idle = new EventEmitter();
  server.on('request', (_request, response: ServerResponse) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
      if (open === 0) idle.emit('idle');
    });
  });
  return {
    async finished(timeoutMs) {
      if (open === 0) return;
      await once(idle, 'idle', { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined);
    },
  };
}
