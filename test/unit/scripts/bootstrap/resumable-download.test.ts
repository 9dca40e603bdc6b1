import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listen } from '../listen.ts';
import { downloadResumably } from '../../../../scripts/bootstrap/resumable-download.mjs';

const content = Buffer.from('0123456789'.repeat(1000));
let folder: string;
let file: string;
let server: Server;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'download-'));
  file = path.join(folder, 'archive');
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  return `http://127.0.0.1:${await listen(server)}/archive`;
}

const download = (url: string, fractions: number[] = []) =>
  downloadResumably({
    url,
    file,
    connectTimeoutMs: 2_000,
    stallTimeoutMs: 200,
    onFraction: (fraction: number) => fractions.push(fraction),
  });

describe('a resumable download', () => {
  it('goes on behind what an earlier try has left', async () => {
    const ranges: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      response.writeHead(206, { 'content-length': content.length - 4000 }).end(content.subarray(4000));
    });
    writeFileSync(`${file}.part`, content.subarray(0, 4000));
    const fractions: number[] = [];
    await download(url, fractions);
    expect(ranges).toEqual(['bytes=4000-']);
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('begins anew where the server sends the whole file again', async () => {
    const url = await serve(
      (_request, response) => void response.writeHead(200, { 'content-length': content.length }).end(content),
    );
    writeFileSync(`${file}.part`, 'something older');
    await download(url);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('keeps what has arrived when the connection is cut', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 4000), () => response.destroy());
    });
    await expect(download(url)).rejects.toThrow(/terminated|cut|ECONNRESET/);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(`${file}.part`)).toBe(true);
  });

  it('gives up on a server that falls silent', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10));
    });
    await expect(download(url)).rejects.toThrow('stalled');
  });
});
