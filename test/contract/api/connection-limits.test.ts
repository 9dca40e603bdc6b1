import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { connectionLimits, createHttpServer } from '../../../api/server.ts';

let server: Server;
let port: number;
beforeAll(async () => {
  server = createHttpServer((req, res) => void req.resume().on('end', () => res.end('taken')), undefined, {
    ...connectionLimits,
    headersTimeout: 150,
    requestTimeout: 300,
    connectionsCheckingInterval: 25,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends bytes, then one more byte each 20 ms, until the server closes; what it said. */
async function answerTo(bytes: string, drip = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  const timer = drip === '' ? undefined : setInterval(() => socket.write(drip), 20);
  try {
    return await text(socket);
  } finally {
    clearInterval(timer);
  }
}

const get = (path: string, headers: string[]) =>
  answerTo([`GET ${path} HTTP/1.1`, 'host: a', 'connection: close', ...headers, '', ''].join('\r\n'));
const headers = (count: number) => Array.from({ length: count }, (_, index) => `x-${index}: 1`);

describe('a connection', () => {
  it('may bring 100 headers and an address of 8192 characters', async () => {
    expect(await get('/', headers(98))).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*taken/);
    expect(await get(`/${'a'.repeat(8191)}`, [])).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ['one header more', '/', headers(99), 431, 'There are more than 100 headers'],
    ['three thousand headers', '/', headers(3000), 431, 'headers are too large'],
    ['headers of more than 16 KiB', '/', [`x-long: ${'a'.repeat(16_500)}`], 431, 'The headers are too large'],
    ['a longer address', `/${'a'.repeat(8192)}`, [], 414, 'The address is longer than 8192 characters'],
    ['an address longer than all headers may be', `/${'a'.repeat(20_000)}`, [], 431, 'The headers are too large'],
  ])('is told and closed where it brings %s', async (_what, path, lines, status, message) => {
    const answer = await get(path, lines);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close`, 'i'));
    expect(answer).toContain(message);
    expect(answer).toContain('"code":"invalid_request"');
  });

  it.each([
    ['its headers', 'GET / HTTP/1.1\r\nhost: a\r\nx-slow: '],
    ['its body', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n'],
  ])('is told and closed where it sends %s byte by byte', async (_what, beginning) => {
    expect(await answerTo(beginning, 'a')).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['an unknown transfer coding', 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked, x\r\n\r\n0\r\n\r\n'],
    ['a header folded over lines', 'GET / HTTP/1.1\r\nhost: a\r\nx-a: 1\r\n 2\r\n\r\n'],
    ['a zero byte', 'GET / HTTP/1.1\r\nhost: a\r\nx-a: \u0000\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
  ])('is told and closed where it brings %s', async (_what, bytes) => {
    expect(await answerTo(bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});
