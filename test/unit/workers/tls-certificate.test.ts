import { readFileSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import pino from 'pino';
import { ConfigurationError } from '../../../platform/config/settings.ts';
import { listen, type Listener } from '../../../workers/listen.ts';
import { readTlsFiles } from '../../../workers/tls-certificate.ts';
import { eventually } from '../../support/poll.ts';

const first = readFileSync('test/doubles/fixtures/self-signed.pem', 'utf8');
const renewed = readFileSync('test/doubles/fixtures/self-signed-renewed.pem', 'utf8');

let folder: string;
let paths: { certPath: string; keyPath: string };
let listener: Listener;
let port: number;
let logged: string[];
/** Answers that the server has begun and not ended. */
let open: (() => void)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-tls-'));
  paths = { certPath: join(folder, 'cert.pem'), keyPath: join(folder, 'key.pem') };
  await writeFile(paths.certPath, first);
  await writeFile(paths.keyPath, first);
  logged = [];
  open = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      logged.push(String(line));
      done();
    },
  });
  listener = await listen(
    (_req, res) => {
      res.write('begun ');
      open.push(() => res.end('ended'));
    },
    { host: '127.0.0.1', port: 0, tls: paths },
    pino(sink),
  );
  port = Number(new URL(listener.url).port);
});
afterEach(async () => {
  await listener.drain(0);
  await rm(folder, { recursive: true });
});

/** Subject of the certificate that a new connection is shown. */
async function shown(options: object = {}): Promise<string> {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const connected = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () =>
      resolve(connected),
    );
    connected.once('error', reject);
  });
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

async function renewWith(cert: string, key: string): Promise<void> {
  for (const [path, text] of [
    [paths.certPath, cert],
    [paths.keyPath, key],
  ] as const) {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  }
  listener.checkCertificate();
}

describe('a certificate that is renewed', () => {
  it('is shown to new connections while an answer over an open one goes on, still with nothing below TLS 1.3', async () => {
    expect(await shown()).toBe('localhost');
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: '127.0.0.1', rejectUnauthorized: false, agent: false }, resolve).once('error', reject);
    });
    const response = await answer;
    await renewWith(renewed, renewed);
    await eventually('the new certificate', async () => (await shown()) === 'renewed.holdfast.test');
    for (const end of open) end();
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect(text).toBe('begun ended');
    await expect(shown({ maxVersion: 'TLSv1.2' })).rejects.toThrow('protocol version');
  });

  it('changes nothing where it is broken, or not yet there with its key, and is taken when it is whole', async () => {
    await renewWith('-----BEGIN CERTIFICATE-----\nbroken', first);
    await eventually('the fault to be logged', () =>
      logged.some((line) => line.includes('the certificate in force stays')),
    );
    await renewWith(renewed, first);
    expect(await shown()).toBe('localhost');
    await renewWith(renewed, renewed);
    await eventually('the new certificate', async () => (await shown()) === 'renewed.holdfast.test');
    expect(logged.join('')).not.toContain('PRIVATE');
  });
});

describe('the files of TLS_CERT and TLS_KEY', () => {
  it.each([
    ['TLS_CERT: cannot read', () => rm(paths.certPath)],
    ['TLS_KEY: cannot read', () => rm(paths.keyPath)],
    ['are not a certificate and its key', () => writeFile(paths.keyPath, renewed)],
    ['are not a certificate and its key', () => writeFile(paths.certPath, 'no PEM')],
  ])('stop the start with "%s" where they are wrong', async (message, spoil) => {
    await spoil();
    const error = await readTlsFiles(paths).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain(message);
  });
});
