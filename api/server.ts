import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { errorEnvelope } from './openai/error-envelope.ts';

export interface TlsFiles {
  /** PEM text of the certificate chain and of its key. */
  cert: string;
  key: string;
}

/** What one connection may hold or take; a body's size is the application's matter. */
export const connectionLimits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 20_000,
  requestTimeout: 120_000,
  /** How often the two above are looked at: they end that much late. */
  connectionsCheckingInterval: 5_000,
  /** Longer than the usual 60 s of a proxy in front, so that it is never we who close first. */
  keepAliveTimeout: 65_000,
};

/** Node would leave out what is beyond its own bound without a word. */
const maxHeaders = 100;
const maxUrlLength = 8192;

interface Rejection {
  /** Code and reason. */
  status: string;
  message: string;
}

const malformed: Rejection = { status: '400 Bad Request', message: 'This is no valid HTTP request.' };

/** By the code of Node's `clientError`. */
const rejections: Partial<Record<string, Rejection>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    message: 'The headers are too large. Send fewer or shorter ones.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    message: 'The request came too slowly. Send it again over a faster line.',
  },
};

const tooManyHeaders: Rejection = {
  status: '431 Request Header Fields Too Large',
  message: `There are more than ${maxHeaders} headers. Send fewer.`,
};
const urlTooLong: Rejection = {
  status: '414 URI Too Long',
  message: `The address is longer than ${maxUrlLength} characters. Send a shorter one.`,
};

function bodyOf({ message }: Rejection): string {
  return JSON.stringify(errorEnvelope({ type: 'invalid_request', message }));
}

function rejectionOf(req: IncomingMessage): Rejection | undefined {
  if (req.rawHeaders.length > 2 * maxHeaders) return tooManyHeaders;
  return (req.url ?? '').length > maxUrlLength ? urlTooLong : undefined;
}

/** Lets only bounded requests through. */
function within(listener: RequestListener): RequestListener {
  return (req, res) => {
    const rejection = rejectionOf(req);
    if (!rejection) return listener(req, res);
    res.writeHead(Number.parseInt(rejection.status, 10), { 'content-type': 'application/json', connection: 'close' });
    res.end(bodyOf(rejection));
  };
}

/** Answers what never became a request (broken, oversized or late), in the envelope that clients read. */
function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const rejection = rejections[error.code ?? ''] ?? malformed;
  const body = bodyOf(rejection);
  socket.end(
    `HTTP/1.1 ${rejection.status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}

/** Both for the start and for each later certificate: what is not said again falls back to Node's own. */
function tlsOptions({ cert, key }: TlsFiles) {
  return { cert, key, minVersion: 'TLSv1.3' } as const;
}

/** An HTTP server with bounded connections; with `tls` it speaks TLS 1.3 and nothing older. The caller listens. */
export function createHttpServer(listener: RequestListener, tls?: TlsFiles, limits = connectionLimits): Server {
  const server = tls
    ? createTlsServer({ ...limits, ...tlsOptions(tls), handshakeTimeout: 10_000 }, within(listener))
    : createServer(limits, within(listener));
  server.on('clientError', answerClientError);
  return server;
}

/** New connections get the new certificate; those that are open keep theirs. Throws for files that are no pair. */
export function replaceCertificate(server: Server, tls: TlsFiles): void {
  if (server instanceof TlsServer) server.setSecureContext(tlsOptions(tls));
}
