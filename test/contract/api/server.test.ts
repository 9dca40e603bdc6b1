import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import type { Server } from 'node:http';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { createHttpServer } from '../../../api/server.ts';

const pem = readFileSync('test/doubles/fixtures/self-signed.pem', 'utf8');
let server: Server;
let port: number;
beforeAll(async () => {
  server = createHttpServer((_req, res) => res.end('over TLS'), { cert: pem, key: pem });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  ({ port } = address);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

describe('the server with a certificate', () => {
  it('speaks TLS 1.3', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      get({ port, host: '127.0.0.1', ca: pem, checkServerIdentity: () => undefined, agent: false }, (res) => {
        res.setEncoding('utf8').once('data', resolve);
      }).once('error', reject);
    });
    expect(answer).toBe('over TLS');
  });

  it('refuses TLS 1.2', async () => {
    const refused = await new Promise<NodeJS.ErrnoException>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', maxVersion: 'TLSv1.2', rejectUnauthorized: false });
      socket.once('error', resolve).once('secureConnect', () => reject(new Error('TLS 1.2 was taken')));
    });
    expect(refused.code).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  });
});

describe('the server', () => {
  it('tells a client that was too slow', async () => {
    const socket = new PassThrough();
    server.emit('clientError', Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[^]*"code":"invalid_request"/);
  });

  it('says nothing to a client that has hung up', async () => {
    const socket = new PassThrough();
    server.emit('clientError', Object.assign(new Error('reset'), { code: 'ECONNRESET' }), socket);
    expect([socket.destroyed, socket.read()]).toEqual([true, null]);
  });
});
