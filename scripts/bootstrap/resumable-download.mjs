import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Downloads a file over HTTP, going on where an earlier try stopped: what has arrived lies in `FILE.part` until the
 * download is complete.
 * @param {{url: string, file: string, connectTimeoutMs: number, stallTimeoutMs: number, onFraction: (fraction: number) => void}} wanted
 */
export async function downloadResumably({ url, file, connectTimeoutMs, stallTimeoutMs, onFraction }) {
  const partial = `${file}.part`;
  const haveBytes = (await stat(partial).catch(() => undefined))?.size ?? 0;
  const abort = new AbortController();
  let watchdog = setTimeout(() => abort.abort(new Error(`no answer from ${new URL(url).host}`)), connectTimeoutMs);
  const heard = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(
      () => abort.abort(new Error(`the download from ${new URL(url).host} stalled`)),
      stallTimeoutMs,
    );
  };
  try {
    const response = await fetch(url, {
      signal: abort.signal,
      headers: haveBytes > 0 ? { range: `bytes=${haveBytes}-` } : {},
    });
    heard();
    if (response.status === 416) {
      await rm(partial, { force: true });
      throw new Error(`the kept part of ${path.basename(file)} was not a beginning of the file; it has been removed`);
    }
    if (!response.ok || !response.body) throw new Error(`${new URL(url).host} answered ${response.status}`);
    const startBytes = response.status === 206 ? haveBytes : 0;
    const totalBytes = startBytes + Number(response.headers.get('content-length') ?? 0);
    let doneBytes = startBytes;
    const body = Readable.fromWeb(response.body);
    body.on('data', (chunk) => {
      heard();
      doneBytes += chunk.length;
      if (totalBytes > startBytes) onFraction(doneBytes / totalBytes);
    });
    await pipeline(body, createWriteStream(partial, { flags: startBytes > 0 ? 'a' : 'w' }));
    if (totalBytes > startBytes && doneBytes !== totalBytes)
      throw new Error(`the download of ${path.basename(file)} was cut`);
    await rename(partial, file);
  } finally {
    clearTimeout(watchdog);
  }
}
