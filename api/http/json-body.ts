import express, { type Request, type Response } from 'express';
import { GatewayError } from '../../domain/errors.ts';
import { fieldName } from './field-path.ts';
import { checkJsonShape } from './json-scan.ts';

export type ReadJsonBody = (req: Request, res: Response) => Promise<unknown>;

const jsonContentType = /^application\/(?:json|[\w.!#$&^+-]+\+json)\s*(?:;|$)/i;
const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function invalid(message: string, param?: string): GatewayError {
  return new GatewayError({ type: 'invalid_request', message, ...(param !== undefined && { param }) });
}

function checkContentType(contentType: string | undefined): void {
  if (contentType === undefined || !jsonContentType.test(contentType)) {
    throw new GatewayError({
      type: 'unsupported_media_type',
      message: 'This address takes JSON. Send the header Content-Type: application/json.',
    });
  }
  const encoding = charset.exec(contentType)?.[1]?.toLowerCase();
  if (encoding !== undefined && encoding !== 'utf-8' && encoding !== 'utf8') {
    throw new GatewayError({ type: 'unsupported_media_type', message: 'Only UTF-8 is taken. Send charset=utf-8.' });
  }
}

function decode(bytes: Buffer): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw invalid('The body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the fault; only the place is safe to show.
    const position = error instanceof SyntaxError ? /at position \d+/.exec(error.message)?.[0] : undefined;
    throw invalid(`The body is not valid JSON${position ? ` (${position})` : ''}.`);
  }
}

/**
 * Refuses text that cannot be written as UTF-8 (a lone surrogate escaped as `\ud800`) and keys that would change an
 * object's prototype where a later step copies them.
 */
function checkValue(value: unknown, path: (string | number)[]): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw invalid('A text holds half of a surrogate pair.', fieldName(path));
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      path.push(index);
      checkValue(item, path);
      path.pop();
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) {
      if (key === '__proto__') throw invalid('A key named __proto__ is not taken.', fieldName(path));
      if (!key.isWellFormed()) throw invalid('A key holds half of a surrogate pair.', fieldName(path));
      path.push(key);
      checkValue(entry, path);
      path.pop();
    }
  }
}

/** Strict UTF-8 JSON within `jsonLimits`. Throws `invalid_request` with the field's name, never with its value. */
export function parseJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  checkJsonShape(bytes);
  const value = parse(text);
  checkValue(value, []);
  return value;
}

/**
 * Reads a JSON body once. gzip, deflate, br and zstd bodies are taken; `limitBytes` bounds what they unpack to. Throws
 * `unsupported_media_type`, `payload_too_large` and `invalid_request`.
 */
export function jsonBodyReader(limitBytes: number): ReadJsonBody {
  const readBytes = express.raw({ type: () => true, limit: limitBytes });
  return async (req, res) => {
    checkContentType(req.headers['content-type']);
    // Said before the upload, not after it: the body parser answers only when all was sent.
    if (Number(req.headers['content-length'] ?? 0) > limitBytes) {
      throw new GatewayError({
        type: 'payload_too_large',
        message: `The body is larger than ${limitBytes} bytes. Send a smaller one.`,
      });
    }
    await new Promise<void>((resolve, reject) => {
      readBytes(req, res, (error?: Error) => (error === undefined ? resolve() : reject(error)));
    });
    const bytes: unknown = req.body;
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw invalid('The body is empty. Send a JSON object.');
    return parseJson(bytes);
  };
}
