import { disableTypes, imageSize, types } from 'image-size';

/** Formats that models take. The others are left alone: some are recognised in bytes that are no image at all. */
const mediaTypes: ReadonlyMap<string | undefined, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['bmp', 'image/bmp'],
  ['heif', 'image/heif'],
  ['heic', 'image/heic'],
  ['avif', 'image/avif'],
  ['tiff', 'image/tiff'],
]);
disableTypes(types.filter((type) => !mediaTypes.has(type)));

export interface DeclaredImage {
  mediaType: string;
  /** Width times height. */
  pixels: number;
}

/** Where nearly every image has said its size, in characters of base64. */
const headChars = 4 * 16_384;

/**
 * What an image's own header says it is, without decoding the image: the room that a decoder would make for it.
 * Undefined where the bytes are no image of a known format, or broken off before the size.
 */
export function declaredImage(bytes: Uint8Array): DeclaredImage | undefined {
  try {
    // The parser reads on behind a view's end, so it gets a view of the whole.
    const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
    const { width, height, type } = imageSize(whole);
    return { pixels: width * height, mediaType: mediaTypes.get(type) ?? 'application/octet-stream' };
  } catch {
    return undefined;
  }
}

/** The same for base64 that begins at `start`; only its head is decoded where that says enough. */
export function declaredImageOfBase64(text: string, start = 0): DeclaredImage | undefined {
  const head = declaredImage(Buffer.from(text.slice(start, start + headChars), 'base64'));
  if (head || text.length <= start + headChars) return head;
  return declaredImage(Buffer.from(text.slice(start), 'base64'));
}
