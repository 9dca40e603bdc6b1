import { GatewayError, type GatewayErrorInfo } from '../../domain/errors.ts';

/** What Express and its body parser throw (http-errors). */
interface HttpError {
  status: number;
  type?: string;
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

function fromHttpError({ status, type }: HttpError): GatewayErrorInfo {
  if (status === 413) return { type: 'payload_too_large', message: 'The body is too large. Send a smaller one.' };
  if (type === 'encoding.unsupported') {
    return { type: 'unsupported_media_type', message: 'Unknown Content-Encoding. Send gzip, deflate, br or none.' };
  }
  if (type === undefined) {
    return { type: 'invalid_request', message: 'The address or the body cannot be decoded.' };
  }
  return { type: 'invalid_request', message: 'The body could not be read. Check its length and its encoding.' };
}

/** Everything a handler may throw, as a member of the error union. Text of unknown errors is never shown. */
export function toErrorInfo(error: unknown): GatewayErrorInfo {
  if (error instanceof GatewayError) return error.info;
  if (isHttpError(error) && error.status >= 400 && error.status < 500) return fromHttpError(error);
  return { type: 'internal_error', message: 'The gateway failed. The log holds the cause under this x-request-id.' };
}

/** An unexpected error for the log: where it was thrown, without its message, which may quote content. */
export function describeError(error: unknown): { name: string; code?: string; frames?: string[] } {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(frames && { frames: frames.map((frame) => frame.trim()) }),
  };
}
