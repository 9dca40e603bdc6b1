import { CallClock } from '../../../activities/call-clock.ts';
import { takeTurn } from '../../../activities/take-turn.ts';
import { GatewayError } from '../../../domain/errors.ts';
import type { AttemptStore, AttemptTurn, RunningTry } from '../../../platform/store/contract.ts';

const key = { requestId: 'r', runId: 'run', attempt: 1 };
const newClock = () =>
  new CallClock({ deadlineMs: Date.now() + 60_000, tryTimeoutMs: 60_000, firstTokenTimeoutMs: 60_000 });

/** Answers each call of `begin` with the next turn, the last one again and again, and keeps what was given up. */
function attemptsThatSay(next: (call: number, givenUp: RunningTry | undefined) => AttemptTurn) {
  const givenUp: (RunningTry | undefined)[] = [];
  const attempts: Pick<AttemptStore, 'begin'> = {
    begin: async (_key, _start, stale) => {
      givenUp.push(stale);
      return next(givenUp.length, stale);
    },
  };
  return { attempts, givenUp };
}

describe('taking a turn at an attempt', () => {
  it('begins at once where nobody is at it', async () => {
    const { attempts, givenUp } = attemptsThatSay(() => ({ kind: 'mine', ordinal: 1 }));
    const clock = newClock();
    expect(await takeTurn(attempts, key, { deployment: 'light', costMicroUsd: 7 }, clock)).toEqual({
      kind: 'mine',
      ordinal: 1,
    });
    expect(givenUp).toEqual([undefined]);
    clock.stop();
  });

  it('waits for the outcome of another process that goes on, without taking it over', async () => {
    const end = { outcome: 'succeeded', answer: '{}', costMicroUsd: 1, latencyMs: 1 } as const;
    const { attempts, givenUp } = attemptsThatSay((call) =>
      call < 18 ? { kind: 'elsewhere', ordinal: 1, beat: Math.floor(call / 4) } : { kind: 'ended', end },
    );
    const clock = newClock();
    expect(await takeTurn(attempts, key, { deployment: 'light', costMicroUsd: 7 }, clock)).toEqual({
      kind: 'ended',
      end,
    });
    expect(givenUp.every((stale) => stale === undefined)).toBe(true);
    clock.stop();
  });

  it('takes over from a process that stands still', async () => {
    const { attempts, givenUp } = attemptsThatSay((_call, stale) =>
      stale ? { kind: 'mine', ordinal: 2 } : { kind: 'elsewhere', ordinal: 1, beat: 7 },
    );
    const clock = newClock();
    expect(await takeTurn(attempts, key, { deployment: 'light', costMicroUsd: 7 }, clock)).toEqual({
      kind: 'mine',
      ordinal: 2,
    });
    expect(givenUp.at(-1)).toMatchObject({ ordinal: 1, beat: 7 });
    expect(givenUp.length).toBeGreaterThan(5);
    clock.stop();
  });

  it('stops waiting when the call is aborted', async () => {
    const { attempts } = attemptsThatSay(() => ({ kind: 'elsewhere', ordinal: 1, beat: 0 }));
    const clock = newClock();
    const turn = takeTurn(attempts, key, { deployment: 'light', costMicroUsd: 7 }, clock);
    clock.abort(new GatewayError({ type: 'cancelled', message: 'gone' }));
    await expect(turn).rejects.toMatchObject({ type: 'cancelled' });
    clock.stop();
  });
});
