import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from '../support/poll.ts';

/** A span as it came over OTLP/HTTP in JSON, attributes unpacked. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  /** 1 INTERNAL, 2 SERVER, 3 CLIENT. Source: opentelemetry-proto, trace.proto, `SpanKind`. */
  kind: number;
  /** 2: error. */
  status: { code: number; message?: string };
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

export interface OtlpCollector {
  url: string;
  /** Whole bodies, oldest first. */
  bodies: string[];
  headers: Record<string, unknown>[];
  spans(): CollectedSpan[];
  /** Spans of the trace with the given root's request id, once `count` of them are here. */
  trace(requestId: string, count: number): Promise<CollectedSpan[]>;
  /** What each export is answered with from now on. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

type AnyValue = { stringValue?: string; intValue?: number; arrayValue?: { values: AnyValue[] } } & Record<
  string,
  unknown
>;
type KeyValues = { key: string; value: AnyValue }[];
type WireSpan = Omit<CollectedSpan, 'attributes' | 'resource'> & { attributes: KeyValues };
interface ExportBody {
  resourceSpans: { resource: { attributes: KeyValues }; scopeSpans: { spans: WireSpan[] }[] }[];
}

/** A double of an OpenTelemetry collector: `POST /v1/traces` in JSON. */
export async function startOtlpCollector(port = 0): Promise<OtlpCollector> {
  const bodies: string[] = [];
  const headers: Record<string, unknown>[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url !== '/v1/traces') return response.writeHead(404).end();
      headers.push(request.headers);
      if (status === 200) bodies.push(body);
      return response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const spans = () => bodies.flatMap((body) => spansOf(JSON.parse(body) as ExportBody));

  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    bodies,
    headers,
    spans,
    trace: (requestId, count) =>
      eventually(`${count} spans of ${requestId}`, () => {
        const all = spans();
        const root = all.find((span) => span.kind === 2 && span.attributes['holdfast.request.id'] === requestId);
        const tree = all.filter(({ traceId }) => traceId === root?.traceId);
        return tree.length >= count && tree;
      }),
    answerWith: (next) => void (status = next),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function spansOf({ resourceSpans }: ExportBody): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: record(span.attributes),
        resource: record(resource.attributes),
      })),
    ),
  );
}

function record(attributes: KeyValues): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: AnyValue): unknown {
  return value.arrayValue ? value.arrayValue.values.map(plain) : Object.values(value)[0];
}
