import type { Readable } from 'node:stream';

/**
 * Gives a connection whose answer is complete back for reuse: what little follows is read and dropped, and a server
 * that does not end within a second loses the connection.
 */
export function releaseBody(body: Readable): void {
  if (body.readableEnded || body.destroyed) return;
  const timer = setTimeout(() => body.destroy(), 1000).unref();
  body.once('close', () => clearTimeout(timer));
  body.resume();
}
