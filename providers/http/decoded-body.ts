import { pipeline, type Readable } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type BrotliDecompress,
  type Gunzip,
  type Inflate,
} from 'node:zlib';
import { GatewayError } from '../../domain/errors.ts';

/**
 * The body as it was before the server compressed it, although it was asked not to. Decompression is pulled by the
 * reader, so a bomb grows no further than the reader's bound. An unknown encoding is `provider_protocol`.
 */
export function decodedBody(body: Readable, contentEncoding: string | undefined): Readable {
  const encoding = contentEncoding?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return body;
  const decoder = decoderFor(encoding);
  if (decoder === undefined) {
    body.destroy();
    throw new GatewayError({
      type: 'provider_protocol',
      message: `The provider answered in an encoding that was not asked for: ${encoding.slice(0, 40)}`,
    });
  }
  // Whoever reads the decoder sees every error; these two only keep an unread one from being unhandled.
  decoder.on('error', () => {});
  return pipeline(body, decoder, () => {});
}

function decoderFor(encoding: string): Gunzip | Inflate | BrotliDecompress | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
