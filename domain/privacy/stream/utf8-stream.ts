import type { StreamReplacer } from './stream-replacer.ts';

/** A replacer for pieces of UTF-8 bytes that may be cut anywhere. */
export interface Utf8Replacer {
  push(bytes: Uint8Array): string;
  end(): string;
}

/** Puts a UTF-8 decoder in front of a replacer. Malformed bytes become U+FFFD; a byte order mark is kept. */
export function fromUtf8(replacer: StreamReplacer): Utf8Replacer {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    push: (bytes) => replacer.push(decoder.decode(bytes, { stream: true })),
    end: () => replacer.push(decoder.decode()) + replacer.end(),
  };
}
