import type { Behaviour } from '../doubles/behaviour.ts';
import type { VendorErrorName } from '../doubles/fixtures/vendor-errors.ts';
import { type GatewayFixture, hello, pairedConfig, startFixture } from '../support/gateway-fixture.ts';

let fixture: GatewayFixture;
/** The pair of deployments of the test that runs. */
let pair = 0;
beforeAll(async () => {
  fixture = await startFixture({}, (url) => pairedConfig(url, 20));
});
beforeEach(() => {
  pair += 1;
});
afterAll(() => fixture.close());

const answer: Behaviour = { kind: 'answer' };
const error = (name: VendorErrorName, headers?: Record<string, string>): Behaviour => ({
  kind: 'error',
  error: name,
  ...(headers && { headers }),
});

/** What the client got, which models were called in which order, and what the record says of the attempts. */
async function outcomeOf(light: Behaviour[], large: Behaviour[], more: object = {}) {
  const { upstream, gateway } = fixture;
  upstream.script(light, 'm-light');
  upstream.script(large, 'm-large');
  const before = upstream.calls.length;
  const response = await gateway.chat({ ...hello, model: `pair-${pair}`, ...more });
  const answered = (await response.json()) as { error?: unknown };
  const record = await gateway.record(response.headers.get('x-request-id'));
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: answered,
    called: upstream.calls.slice(before).map(({ model }) => model),
    attempts: record.attempts.map((attempt) => attempt.error_type ?? attempt.outcome),
  };
}

describe('failover', () => {
  it.each<[string, Behaviour, string]>([
    ['429', error('rateLimit'), 'provider_rate_limited'],
    ['500', error('internal'), 'provider_unavailable'],
    ['503', error('overloaded'), 'provider_unavailable'],
    ['a refused key', error('badKey'), 'provider_auth'],
    ['an unknown model', error('noModel'), 'provider_model_missing'],
    ['a reset connection', { kind: 'reset' }, 'provider_unreachable'],
    ['a web page instead of an answer', { kind: 'html' }, 'provider_protocol'],
    ['an empty answer', { kind: 'empty' }, 'provider_protocol'],
  ])('goes to the next deployment after %s', async (_what, behaviour, errorType) => {
    const outcome = await outcomeOf([behaviour], [answer]);
    expect(outcome).toMatchObject({
      status: 200,
      called: ['m-light', 'm-large'],
      attempts: [errorType, 'succeeded'],
    });
  });

  it.each<[string, VendorErrorName]>([
    ['an invalid request', 'invalid'],
    ['a refused content', 'contentPolicy'],
  ])("passes the provider's verdict on %s on, without a second call", async (_what, name) => {
    const outcome = await outcomeOf([error(name)], [answer]);
    expect(outcome).toMatchObject({
      status: 400,
      called: ['m-light'],
      attempts: ['provider_rejected'],
      body: { error: { code: 'provider_rejected', message: expect.stringMatching(/\w/) } },
    });
  });

  it('waits out a short Retry-After when every deployment is limited', async () => {
    const limited = error('rateLimit', { 'retry-after': '1' });
    const outcome = await outcomeOf([limited, answer], [limited]);
    expect(outcome).toMatchObject({ status: 200, called: ['m-light', 'm-large', 'm-light'] });
    const [first, , third] = fixture.upstream.calls.slice(-3);
    expect((third?.startedAt ?? 0) - (first?.finishedAt ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('hands a long Retry-After to the client', async () => {
    const limited = error('rateLimit', { 'retry-after': '120' });
    const outcome = await outcomeOf([limited], [limited]);
    expect(outcome).toMatchObject({ status: 429, retryAfter: '120', called: ['m-light', 'm-large'] });
  });

  it('says what failed last when every deployment is down', async () => {
    const outcome = await outcomeOf([error('internal')], [error('badKey')]);
    expect(outcome.status).toBe(502);
    expect(outcome.body.error).toMatchObject({ type: 'provider_error' });
    expect(outcome.called.filter((model) => model === 'm-large')).toHaveLength(1);
    expect(outcome.called.filter((model) => model === 'm-light')).toHaveLength(3);
  });

  it('ends a hanging call with the deadline of the request', async () => {
    const outcome = await outcomeOf([{ kind: 'hang' }], [answer], { gateway: { timeoutMs: 700 } });
    expect(outcome).toMatchObject({ status: 504, body: { error: { code: 'deadline_exceeded' } } });
    await fixture.upstream.until(() => fixture.upstream.calls.at(-1)?.abortedAt !== undefined, 2_000);
  });
});
