import { LivePool } from '../../../activities/live-stats.ts';
import type { ChatCompletion } from '../../../domain/chat.ts';
import { GatewayError, type GatewayErrorType } from '../../../domain/errors.ts';

let nowMs: number;
let live: LivePool;
beforeEach(() => {
  nowMs = 1_700_000_000_000;
  live = new LivePool(() => nowMs);
});

const completion = (tokens: number): ChatCompletion => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'm',
  choices: [],
  usage: { prompt_tokens: 10, completion_tokens: tokens, total_tokens: 10 + tokens },
});

async function streams(firstTokenMs: number, restMs: number, tokens: number): Promise<void> {
  const usage = { prompt_tokens: 1, completion_tokens: tokens, total_tokens: 1 + tokens };
  const streamed = { ownText: '', usage, firstTokenAtMs: nowMs + firstTokenMs };
  await live.watch('light', { stream: true, streamed }, async () => {
    nowMs += firstTokenMs + restMs;
    return { completion: completion(tokens) };
  });
}

async function answersWhole(tookMs: number, tokens: number): Promise<void> {
  await live.watch('light', { stream: false, streamed: { ownText: '' } }, async () => {
    nowMs += tookMs;
    return { completion: completion(tokens) };
  });
}

async function fails(type: GatewayErrorType, more: { retryAfterMs?: number; tookMs?: number } = {}): Promise<void> {
  const { tookMs = 0, ...info } = more;
  const error = new GatewayError({ type, message: 'It went wrong.', ...info });
  const call = live.watch('light', { stream: true, streamed: { ownText: '' } }, async () => {
    nowMs += tookMs;
    throw error;
  });
  await expect(call).rejects.toBe(error);
}

describe('live state of a deployment', () => {
  it('knows nothing before the first call', () => {
    expect(live.of('light')).toEqual({
      errorRate: 0,
      inFlight: 0,
      callsLastMinute: 0,
      breaker: { state: 'closed' },
      drained: false,
    });
  });

  it('has the time to the first token and the speed of the rest of a stream', async () => {
    await streams(300, 1_000, 80);
    expect(live.of('light')).toMatchObject({
      firstTokenMs: { mean: 300, tail: 300 },
      tokensPerSecond: { mean: 80, tail: 80 },
    });
  });

  it('takes a slow whole answer for a slow deployment, however long the answer', async () => {
    await answersWhole(20_000, 300);
    const { firstTokenMs, tokensPerSecond } = live.of('light');
    expect((firstTokenMs?.mean ?? 0) + (1000 * 300) / (tokensPerSecond?.mean ?? 1)).toBeCloseTo(20_000, -1);
  });

  it('counts calls while they run and for a minute after they began', async () => {
    const running = live.watch('light', { stream: false, streamed: { ownText: '' } }, async () => {
      expect(live.of('light')).toMatchObject({ inFlight: 1, callsLastMinute: 1 });
      return { completion: completion(1) };
    });
    await running;
    expect(live.of('light')).toMatchObject({ inFlight: 0, callsLastMinute: 1 });
    nowMs += 61_000;
    expect(live.of('light')).toMatchObject({ callsLastMinute: 0 });
  });

  it('has an error rate that fades when nobody calls', async () => {
    for (let call = 0; call < 4; call++) await fails('provider_unavailable');
    expect(live.of('light').errorRate).toBeCloseTo(4 / 6);
    nowMs += 120_000;
    expect(live.of('light').errorRate).toBeLessThan(0.15);
  });

  it.each<GatewayErrorType>([
    'provider_unavailable',
    'provider_unreachable',
    'provider_timeout',
    'provider_protocol',
    'provider_interrupted',
  ])('opens the breaker after five times %s', async (type) => {
    for (let call = 0; call < 5; call++) await fails(type);
    expect(live.of('light').breaker.state).toBe('open');
    expect(live.of('large').breaker.state).toBe('closed');
  });

  it.each<GatewayErrorType>(['provider_rejected', 'not_supported', 'cancelled', 'deadline_exceeded', 'conflict'])(
    'does not hold %s against it',
    async (type) => {
      for (let call = 0; call < 9; call++) await fails(type);
      expect(live.of('light')).toMatchObject({ breaker: { state: 'closed' }, errorRate: 0 });
    },
  );

  it('opens the breaker at the first refused key', async () => {
    await fails('provider_auth');
    expect(live.of('light').breaker).toMatchObject({ state: 'open', reason: 'key_refused' });
  });

  it('remembers how long the provider asked to wait, until it answers again', async () => {
    await fails('provider_rate_limited', { retryAfterMs: 20_000 });
    expect(live.of('light').rateLimitedUntilMs).toBe(nowMs + 20_000);
    await streams(1, 1, 1);
    expect(live.of('light').rateLimitedUntilMs).toBeUndefined();
  });

  it('learns from a caller whose patience ended before the first token', async () => {
    await streams(100, 100, 20);
    await fails('deadline_exceeded', { tookMs: 4_000 });
    expect(live.of('light').firstTokenMs?.mean).toBeGreaterThan(1_000);
  });

  it('keeps others off a half-open deployment once a request has claimed the probe', async () => {
    for (let call = 0; call < 5; call++) await fails('provider_unavailable');
    nowMs += 5_000;
    expect(live.of('light').breaker).toEqual({ state: 'half_open', probing: false });
    live.routed({ ranked: [], excluded: [], order: ['light'] });
    expect(live.of('light').breaker).toEqual({ state: 'half_open', probing: true });
    await streams(1, 1, 1);
    expect(live.of('light').breaker).toMatchObject({ state: 'recovering' });
    nowMs += 10_000;
    expect(live.of('light').breaker).toEqual({ state: 'closed' });
  });

  it('waits longer after each refusal that does not say how long, until it answers again', async () => {
    const waits: number[] = [];
    for (let refusal = 0; refusal < 7; refusal++) {
      await fails('provider_rate_limited');
      waits.push((live.of('light').rateLimitedUntilMs ?? 0) - nowMs);
      nowMs += 40_000;
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    await streams(1, 1, 1);
    await fails('provider_rate_limited');
    expect(live.of('light').rateLimitedUntilMs).toBe(nowMs + 1_000);
  });

  it('takes no refusal back for a call that began before it', async () => {
    const streamed = { ownText: '', firstTokenAtMs: nowMs };
    await live.watch('light', { stream: true, streamed }, async () => {
      nowMs += 10;
      await fails('provider_rate_limited', { retryAfterMs: 20_000 });
      nowMs += 10;
      return { completion: completion(1) };
    });
    expect(live.of('light').rateLimitedUntilMs).toBeDefined();
  });

  it('counts down what the provider says is left, and forgets it once it is filled again', async () => {
    live.learnQuota('light', { requests: { remaining: 2, resetMs: 5_000 } });
    await streams(1, 1, 1);
    expect(live.of('light').quota?.requests).toEqual({ remaining: 1, resetAtMs: nowMs - 2 + 5_000 });
    nowMs += 5_000;
    expect(live.of('light').quota).toEqual({});
  });

  it('takes what has been slow for ten minutes for its new normal', async () => {
    for (let call = 0; call < 10; call++) await streams(100, 100, 20);
    for (let call = 0; call < 5; call++) await streams(4_000, 100, 20);
    expect(live.of('light').breaker).toMatchObject({ state: 'open', reason: 'slow' });
    nowMs += 60_000;
    await streams(4_000, 100, 20);
    expect(live.of('light').breaker).toMatchObject({ state: 'open', reason: 'slow' });
    nowMs += 600_000;
    await streams(4_000, 100, 20);
    expect(live.of('light').breaker.state).toBe('recovering');
  });

  it('counts a call as late while it still waits, once', async () => {
    for (let call = 0; call < 10; call++) await streams(100, 100, 20);
    const hanging = Array.from({ length: 5 }, () => {
      const { promise, reject } = Promise.withResolvers<never>();
      const ended = live.watch('light', { stream: true, streamed: { ownText: '' } }, () => promise);
      return { reject, ended: ended.catch(() => undefined) };
    });
    nowMs += 1_000;
    live.noticeLateCalls();
    expect(live.of('light').breaker.state).toBe('closed');
    nowMs += 200;
    live.noticeLateCalls();
    live.noticeLateCalls();
    expect(live.of('light').breaker).toMatchObject({ state: 'open', reason: 'slow' });
    for (const { reject, ended } of hanging) {
      reject(new GatewayError({ type: 'provider_timeout', message: 'Too late.' }));
      await ended;
    }
    expect(live.errorsOf('light')).toMatchObject({ provider_timeout: { count: 5 } });
  });
});
