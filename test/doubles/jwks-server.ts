import { createServer } from 'node:http';
import type { JWK } from 'jose';

export type JwksAnswer =
  | { kind: 'keys'; keys: JWK[] }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  | { kind: 'body'; body: string }
  /** Accepts the request and never answers. */
  | { kind: 'hang' };

/** An identity provider's address of public keys, over real HTTP. */
export interface JwksServer {
  url: string;
  /** Requests it has had. */
  requests: () => number;
  answerWith: (answer: JwksAnswer) => void;
  close(): Promise<void>;
}

export async function startJwksServer(first: JwksAnswer): Promise<JwksServer> {
  let answer = first;
  let requests = 0;
  const server = createServer((_req, res) => {
    requests += 1;
    if (answer.kind === 'hang') return;
    if (answer.kind === 'status') {
      res.writeHead(answer.status, answer.headers).end();
      return;
    }
    const body = answer.kind === 'keys' ? JSON.stringify({ keys: answer.keys }) : answer.body;
    res.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/jwks.json`,
    requests: () => requests,
    answerWith: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
