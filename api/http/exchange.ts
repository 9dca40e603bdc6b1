import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import type { ApiPorts, Principal, Scope } from '../ports.ts';
import type { ReadJsonBody } from './json-body.ts';
import type { OperationDoc } from '../operations/openapi.ts';
import type { RequestMetrics } from '../operations/metrics.ts';

/** What a handler works with: one HTTP request, its answer, and the gateway behind. */
export interface Exchange {
  req: Request;
  res: Response;
  ports: ApiPorts;
  log: Logger;
  metrics: RequestMetrics;
  readJsonBody: ReadJsonBody;
  keepAliveMs: number;
  /** Logs an error that the client no longer hears of. */
  reportError: (error: unknown) => void;
  /** Aborted when the client has closed the connection before the answer's end. */
  gone: AbortSignal;
  /** True while the process shuts down: then it is we who close connections. */
  draining: () => boolean;
}

export interface SignedInExchange extends Exchange {
  principal: Principal;
}

/**
 * One address and method. `path` is Express's; each route describes itself for /openapi.json. A caller of a `key`
 * route must hold one of its scopes.
 */
export type Route = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  doc: OperationDoc;
} & (
  | { access: 'open'; handle: (exchange: Exchange) => void | Promise<void> }
  | {
      access: 'key';
      scopes: readonly Scope[];
      /** Browsers that signed in at /ui/sign-in may use it without a header. */
      session?: true;
      handle: (exchange: SignedInExchange) => void | Promise<void>;
    }
);

/** Aborts when the connection closes before the answer has ended. */
export function clientGone(res: Response): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableEnded) controller.abort(new Error('The client closed the connection.'));
  });
  return controller.signal;
}
