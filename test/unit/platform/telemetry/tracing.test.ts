import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind, trace } from '@opentelemetry/api';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { pino } from 'pino';
import { GatewayError } from '../../../../domain/errors.ts';
import { withSpan } from '../../../../platform/telemetry/spans.ts';
import { startTracing } from '../../../../platform/telemetry/tracing.ts';
import { type OtlpCollector, startOtlpCollector } from '../../../doubles/otlp-collector.ts';

const logger = pino({ level: 'silent' });
const parent = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=1' };
const start = { name: 'work', kind: SpanKind.INTERNAL, attributes: { 'holdfast.request.id': 'req_1' }, parent };

describe('tracing without an endpoint', () => {
  it('records nothing and hands the caller’s headers on as they are', async () => {
    const tracing = await startTracing({ version: '1', logger });
    const seen = await withSpan(start, async (headers, span) => ({ headers, recording: span.isRecording() }));
    expect(seen).toEqual({ headers: parent, recording: false });
    expect(await withSpan({ ...start, parent: undefined }, async (headers) => headers)).toEqual({});
    await tracing.shutdown();
  });
});

describe('tracing with an endpoint', () => {
  let collector: OtlpCollector;
  beforeEach(async () => {
    collector = await startOtlpCollector();
  });
  afterEach(() => collector.close());

  /** Spans that `work` leaves, sent by the shutdown. */
  async function exported(work: () => Promise<unknown>, path = '') {
    const tracing = await startTracing({ otlpEndpoint: collector.url + path, version: '1.2.3', logger });
    await work();
    await tracing.shutdown();
    return collector.spans();
  }

  it('continues the caller’s trace, and sends what is left when it stops', async () => {
    let below: Record<string, string> = {};
    const spans = await exported(() => withSpan(start, async (headers) => void (below = headers)), '/');
    expect(spans).toMatchObject([
      {
        name: 'work',
        traceId: '0af7651916cd43dd8448eb211c80319c',
        parentSpanId: 'b7ad6b7169203331',
        attributes: { 'holdfast.request.id': 'req_1' },
        resource: { 'service.name': 'holdfast', 'service.version': '1.2.3' },
      },
    ]);
    expect(below).toEqual({
      traceparent: `00-0af7651916cd43dd8448eb211c80319c-${spans[0]?.spanId}-01`,
      tracestate: 'a=1',
    });
  });

  it('leaves out what the caller’s trace says is not sampled, and says so to what comes below', async () => {
    const unsampled = { traceparent: parent.traceparent.replace(/01$/, '00') };
    let below: Record<string, string> = {};
    const work = async (headers: Record<string, string>) => void (below = headers);
    expect(await exported(() => withSpan({ ...start, parent: unsampled }, work))).toEqual([]);
    expect(below['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-.*-00$/);
  });

  it.each([
    ['a gateway error', new GatewayError({ type: 'provider_timeout', message: 'SECRET' }), 'provider_timeout'],
    ['a failure of a step', ApplicationFailure.create({ type: 'provider_auth', message: 'SECRET' }), 'provider_auth'],
    ['a cancellation', new CancelledFailure('SECRET'), 'cancelled'],
    ['anything else', new TypeError('SECRET'), 'internal_error'],
  ])('names the type of %s, not its words', async (_what, thrown, type) => {
    const work = async () => {
      throw thrown;
    };
    const [span] = await exported(() => expect(withSpan(start, work)).rejects.toBe(thrown));
    expect(span).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': type } });
    expect(collector.bodies.join()).not.toContain('SECRET');
  });

  it('does not export the tracestate, which is the caller’s free text', async () => {
    await exported(() => withSpan({ ...start, parent: { ...parent, tracestate: 'a=SECRET' } }, async () => {}));
    expect(collector.bodies.join()).not.toContain('SECRET');
  });

  it('cuts long attributes', async () => {
    const attributes = { 'gen_ai.response.model': 'm'.repeat(5_000) };
    const [span] = await exported(() => withSpan({ ...start, attributes }, async () => {}));
    expect(span?.attributes['gen_ai.response.model']).toBe('m'.repeat(256));
  });

  it('takes the service’s name from the environment', async () => {
    process.env['OTEL_SERVICE_NAME'] = 'my-gateway';
    try {
      const [span] = await exported(() => withSpan(start, async () => {}));
      expect(span?.resource['service.name']).toBe('my-gateway');
    } finally {
      delete process.env['OTEL_SERVICE_NAME'];
    }
  });
});

describe('a collector that never answers', () => {
  afterEach(() => void delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT']);

  it('holds a shutdown up for two seconds at most', async () => {
    const server = createServer(() => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // What is under way after the shutdown ends soon too.
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '2500';
    const tracing = await startTracing({ otlpEndpoint: `http://127.0.0.1:${port}`, version: '1', logger });
    await withSpan(start, async () => {});
    const before = performance.now();
    await tracing.shutdown();
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(trace.getTracer('x').startSpan('y').isRecording()).toBe(false);
    server.closeAllConnections();
    server.close();
  });
});
