import type { Readable } from 'node:stream';
import { GatewayError } from '../../domain/errors.ts';

/**
 * The whole body as text. A longer one than `maxBytes` is cut there, or rejected as `provider_protocol`; either way
 * the rest is not read.
 */
export async function readText(body: Readable, maxBytes: number, whenLonger: 'cut' | 'reject'): Promise<string> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) {
      if (whenLonger === 'reject') {
        throw new GatewayError({
          type: 'provider_protocol',
          message: `The provider's answer is longer than ${maxBytes} bytes`,
        });
      }
      pieces.push(piece.subarray(0, piece.length - (sizeBytes - maxBytes)));
      break;
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
