import type { GatewayErrorType } from '../../../domain/errors.ts';
import { type FailedTry, nextTry } from '../../../domain/failover.ts';

const limits = { deadlineMs: 100_000, maxAttempts: 8, maxWaitMs: 15_000 };
const failed = (deployment: string, type: GatewayErrorType, failedAtMs: number, retryAfterMs?: number): FailedTry => ({
  deployment,
  error: { type, message: `${type} at ${deployment}`, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  failedAtMs,
});

describe('failover', () => {
  it('tries the deployments in the order of the route', () => {
    expect(nextTry(['a', 'b'], [], limits, 0)).toEqual({ kind: 'call', deployment: 'a' });
    expect(nextTry(['a', 'b'], [failed('a', 'provider_unavailable', 10)], limits, 10)).toEqual({
      kind: 'call',
      deployment: 'b',
    });
  });

  it('does not try again what the provider rejected, whatever deployments are left', () => {
    const next = nextTry(['a', 'b'], [failed('a', 'provider_rejected', 10)], limits, 10);
    expect(next).toMatchObject({ kind: 'give_up', error: { type: 'provider_rejected' } });
  });

  it('waits for the Retry-After of the only deployment, then tries it again', () => {
    const next = nextTry(['a'], [failed('a', 'provider_rate_limited', 1_000, 3_000)], limits, 1_200);
    expect(next).toEqual({ kind: 'wait', waitMs: 2_800, deployment: 'a' });
  });

  it('comes back to the deployment that is due first', () => {
    const failures = [failed('a', 'provider_rate_limited', 1_000, 9_000), failed('b', 'provider_unavailable', 2_000)];
    expect(nextTry(['a', 'b'], failures, limits, 2_000)).toEqual({ kind: 'wait', waitMs: 500, deployment: 'b' });
  });

  it('doubles the pause with each try of a deployment', () => {
    const failures = [failed('a', 'provider_unavailable', 1_000), failed('a', 'provider_unavailable', 2_000)];
    expect(nextTry(['a'], failures, limits, 2_000)).toEqual({ kind: 'wait', waitMs: 1_000, deployment: 'a' });
  });

  it('hands a Retry-After that is longer than a client waits to the client', () => {
    const next = nextTry(['a'], [failed('a', 'provider_rate_limited', 0, 60_000)], limits, 0);
    expect(next).toMatchObject({ kind: 'give_up', error: { type: 'provider_rate_limited', retryAfterMs: 60_000 } });
  });

  it('never returns to a deployment whose key is refused', () => {
    const next = nextTry(['a'], [failed('a', 'provider_auth', 0)], limits, 0);
    expect(next).toMatchObject({ kind: 'give_up', error: { type: 'provider_auth' } });
  });

  it('gives up after three tries of one deployment', () => {
    const failures = [0, 1_000, 3_000].map((at) => failed('a', 'provider_unreachable', at));
    expect(nextTry(['a'], failures, limits, 3_000)).toMatchObject({ kind: 'give_up' });
  });

  it('keeps the cap on attempts over all deployments', () => {
    const failures = [failed('a', 'provider_unavailable', 0), failed('b', 'provider_unavailable', 0)];
    const next = nextTry(['a', 'b', 'c'], failures, { ...limits, maxAttempts: 2 }, 0);
    expect(next).toMatchObject({ kind: 'give_up', error: { message: 'provider_unavailable at b' } });
  });

  it('ends with the deadline and says what stood in the way', () => {
    const next = nextTry(['a', 'b'], [failed('a', 'provider_timeout', 99_000)], limits, 100_000);
    expect(next).toMatchObject({ kind: 'give_up', error: { type: 'deadline_exceeded' } });
    expect(next.kind === 'give_up' && next.error.message).toContain('provider_timeout at a');
  });
});
