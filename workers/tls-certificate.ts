import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { TlsFiles } from '../api/server.ts';
import { ConfigurationError, type Settings } from '../platform/config/settings.ts';
import type { Logger } from '../platform/logger.ts';

type CertificatePaths = NonNullable<Settings['tls']>;

/** The certificate and its key. @throws ConfigurationError where a file cannot be read or the two are no pair. */
export async function readTlsFiles({ certPath, keyPath }: CertificatePaths): Promise<TlsFiles> {
  const files = { cert: await readPem('TLS_CERT', certPath), key: await readPem('TLS_KEY', keyPath) };
  try {
    createSecureContext(files);
  } catch {
    throw new ConfigurationError(`TLS_CERT and TLS_KEY: ${certPath} and ${keyPath} are not a certificate and its key.`);
  }
  return files;
}

async function readPem(variable: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`${variable}: cannot read ${path} (${cause.code}).`);
  });
}

export interface FollowedCertificate {
  /** Looks at the files now. */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Hands over each new certificate that lies in the files, however it came there (written, renamed, a link that leads
 * elsewhere). Files that are no pair, such as half of a renewal, change nothing and are logged once.
 */
export function followCertificate(
  paths: CertificatePaths,
  inForce: TlsFiles | undefined,
  apply: (renewed: TlsFiles) => void,
  logger: Logger,
  intervalMs = 10_000,
): FollowedCertificate {
  let current = inForce;
  let lastFault = '';
  const check = async (): Promise<void> => {
    try {
      const files = await readTlsFiles(paths);
      lastFault = '';
      if (files.cert === current?.cert && files.key === current.key) return;
      apply(files);
      current = files;
      logger.info({ part: 'tls' }, 'the certificate was renewed');
    } catch (error) {
      const fault = error instanceof Error ? error.message : 'unknown';
      if (fault !== lastFault) logger.error({ part: 'tls', fault }, 'the certificate in force stays');
      lastFault = fault;
    }
  };
  const timer = setInterval(() => void check(), intervalMs);
  timer.unref();
  return { check, stop: () => clearInterval(timer) };
}
