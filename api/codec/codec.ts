import { invalidField } from '../http/zod-issue.ts';
import type { Route } from '../http/exchange.ts';
import type { HistoryCodec } from './codec-port.ts';
import { fromJson, payloadsObject, toJson } from './payload-json.ts';

/** The contract that the Temporal UI and CLI expect: https://docs.temporal.io/codec-server. */
function codecRoute(name: keyof HistoryCodec, summary: string): Route {
  return {
    method: 'post',
    path: `/codec/${name}`,
    access: 'key',
    session: true,
    scopes: ['operator', 'admin'],
    doc: {
      summary,
      tag: 'operations',
      body: payloadsObject,
      responses: { 200: { description: 'The payloads, in the same order', schema: payloadsObject } },
    },
    handle: async ({ req, res, ports, principal, readJsonBody }) => {
      const body = payloadsObject.safeParse(await readJsonBody(req, res));
      if (!body.success) throw invalidField(body.error);
      const payloads = await ports.codec[name](principal, fromJson(body.data));
      res.setHeader('cache-control', 'no-store');
      res.json(toJson(payloads));
    },
  };
}

/** `/codec`: payloads of histories, for operators. */
export const codecRoutes: Route[] = [
  codecRoute('decode', 'Decrypts payloads of histories for the Temporal UI and CLI'),
  codecRoute('encode', 'Encrypts payloads that are sent with the Temporal UI and CLI'),
  codecRoute('download', 'Decrypts payloads, with large bodies that histories hold by reference'),
];
