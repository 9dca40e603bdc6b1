import { type CollectedSpan, type OtlpCollector, startOtlpCollector } from '../doubles/otlp-collector.ts';
import { type GatewayFixture, hello, startFixture } from '../support/gateway-fixture.ts';
import { eventually } from '../support/poll.ts';

let collector: OtlpCollector;
let fixture: GatewayFixture;
beforeAll(async () => {
  collector = await startOtlpCollector();
  fixture = await startFixture({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=for-the-collector',
    OTEL_SERVICE_NAME: 'my-gateway',
  });
});
afterAll(async () => {
  await fixture.close();
  await collector.close();
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerSpanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${callerSpanId}-01`;
const idOf = (response: Response) => response.headers.get('x-request-id') ?? '';

/** Each span's name with the name of its parent; the first of a trace has the parent its caller named. */
function tree(spans: CollectedSpan[]): string[] {
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans
    .map(({ name, parentSpanId }) => `${names.get(parentSpanId ?? '') ?? parentSpanId ?? 'nobody'} > ${name}`)
    .toSorted();
}

describe('traces', () => {
  it.each([false, true])('show a request as one tree below its caller (stream: %s)', async (stream) => {
    const response = await fixture.gateway.chat({ ...hello, stream }, { traceparent });
    await response.text();
    const spans = (await collector.trace(idOf(response), 4)).filter(
      ({ attributes }) => attributes['holdfast.request.id'] === idOf(response),
    );
    const server = 'POST /v1/chat/completions';
    expect(tree(spans)).toEqual(
      [
        `${server} > callModel`,
        `${server} > settle`,
        `${callerSpanId} > ${server}`,
        'callModel > chat m-light',
      ].toSorted(),
    );
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    expect(spans.find(({ kind }) => kind === 2)?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
    });
    expect(spans.find(({ kind }) => kind === 3)).toMatchObject({
      status: { code: 0 },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai-compatible',
        'gen_ai.request.model': 'm-light',
        'gen_ai.response.model': 'm-light',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': expect.any(Number),
        'gen_ai.usage.output_tokens': 5,
        'holdfast.deployment': 'light',
        'holdfast.attempt': 1,
      },
      resource: { 'service.name': 'my-gateway', 'service.version': expect.any(String) },
    });
    const streamed = spans.filter(({ attributes }) => attributes['gen_ai.request.stream'] === true);
    expect(streamed.map(({ attributes }) => typeof attributes['gen_ai.response.time_to_first_chunk'])).toEqual(
      stream ? ['number'] : [],
    );
    expect(collector.headers.at(-1)).toMatchObject({ 'x-collector-key': 'for-the-collector' });
  });

  it('show each attempt of a failover, the failed ones with the type of their error', async () => {
    fixture.upstream.script([{ kind: 'error', error: 'internal' }], 'm-light');
    const response = await fixture.gateway.chat(hello);
    fixture.upstream.script([{ kind: 'answer' }], 'm-light');
    const spans = await collector.trace(idOf(response), 6);
    expect(tree(spans)).toContain('nobody > POST /v1/chat/completions');
    const attempts = spans.filter(({ kind }) => kind === 3);
    expect(new Set(attempts.map(({ attributes }) => attributes['holdfast.attempt']))).toEqual(new Set([1, 2]));
    expect(attempts.find(({ name }) => name === 'chat m-light')).toMatchObject({
      status: { code: 2 },
      attributes: { 'error.type': 'provider_unavailable', 'holdfast.deployment': 'light' },
    });
    expect(attempts.find(({ name }) => name === 'chat m-large')).toMatchObject({
      status: { code: 0 },
      attributes: { 'gen_ai.provider.name': 'openai', 'holdfast.deployment': 'large' },
    });
    const steps = spans.filter(({ name }) => name === 'callModel');
    expect(new Set(steps.map(({ attributes }) => attributes['error.type']))).toEqual(
      new Set([undefined, 'provider_unavailable']),
    );
  });

  it('are continued by a server inside, and hidden from a vendor outside', async () => {
    const headers = { traceparent, tracestate: 'inside=1' };
    const near = await fixture.gateway.chat({ ...hello, model: 'light' }, headers);
    const nearCall = fixture.upstream.calls.at(-1);
    await fixture.gateway.chat({ ...hello, model: 'large' }, headers);
    const farCall = fixture.upstream.calls.at(-1);

    const spans = await collector.trace(idOf(near), 4);
    const attempt = spans.find(
      ({ kind, attributes }) => kind === 3 && attributes['holdfast.request.id'] === idOf(near),
    );
    expect(nearCall?.headers).toMatchObject({
      traceparent: `00-${traceId}-${attempt?.spanId}-01`,
      tracestate: 'inside=1',
    });
    expect(farCall?.headers).not.toHaveProperty('traceparent');
    expect(farCall?.headers).not.toHaveProperty('tracestate');
  });

  it('hold no content, key or header of a request, answered or failed', async () => {
    const planted = 'PLANTED-SECRET-4410';
    const body = { ...hello, messages: [{ role: 'user', content: planted }], user: planted, odd: planted };
    const headers = {
      'idempotency-key': planted,
      'user-agent': planted,
      'x-odd': planted,
      traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
      tracestate: `planted=${planted}`,
    };
    fixture.upstream.script([{ kind: 'error', error: 'contentPolicy' }], 'm-heir');
    const answers = [
      await fixture.gateway.chat(body, headers),
      await fixture.gateway.chat({ ...body, model: 'heir' }, { ...headers, 'idempotency-key': `${planted}-2` }),
      await fixture.gateway.chat({ ...body, model: planted }, { ...headers, 'idempotency-key': `${planted}-3` }),
      await fixture.gateway.fetch(`/v1/${planted}?key=${planted}`),
    ];
    const streamed = await fixture.gateway.chat({ ...body, stream: true });
    await streamed.text();
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 404, 404]);
    // The first two have four spans, the third one, all in the caller's trace.
    await collector.trace(idOf(answers[0] as Response), 9);
    await collector.trace(idOf(answers[3] as Response), 1);
    await collector.trace(idOf(streamed), 4);
    const exported = collector.bodies.join('\n');
    for (const secret of [planted, fixture.gateway.key, 'far-secret-key', 'for-the-collector']) {
      expect(exported).not.toContain(secret);
    }
  });

  it('are dropped with one line in the log while the collector is away', async () => {
    collector.answerWith(400);
    for (let round = 0; round < 3; round++) {
      const refused = collector.headers.length;
      expect((await fixture.gateway.chat(hello)).status).toBe(200);
      await eventually('an export that is refused', () => collector.headers.length > refused);
    }
    collector.answerWith(200);
    await collector.trace(idOf(await fixture.gateway.chat(hello)), 4);
    const said = () =>
      fixture.gateway
        .output()
        .split('\n')
        .filter((line) => line.includes('"part":"tracing"'))
        .map((line) => (JSON.parse(line) as { msg: string }).msg);
    await eventually('the second line', () => said().length > 1);
    expect(said()).toEqual([
      'the OTLP endpoint takes no traces; they are dropped',
      'the OTLP endpoint takes traces again',
    ]);
  });
});
