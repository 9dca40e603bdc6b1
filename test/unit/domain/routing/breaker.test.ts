import {
  type Breaker,
  breakerAfterCall,
  breakerBeforeCall,
  type CallVerdict,
  closedBreaker,
  shownBreaker,
} from '../../../../domain/routing/breaker.ts';

const startMs = 1_700_000_000_000;

/** The breaker after calls that end at these times. */
function after(calls: readonly (readonly [atMs: number, verdict: CallVerdict])[], from: Breaker = closedBreaker) {
  return calls.reduce((breaker, [atMs, verdict]) => breakerAfterCall(breaker, verdict, startMs + atMs), from);
}
const repeated = (verdict: CallVerdict, count: number, everyMs = 100) =>
  Array.from({ length: count }, (_, index) => [index * everyMs, verdict] as const);
const stateAt = (breaker: Breaker, atMs: number) => shownBreaker(breaker, startMs + atMs);

describe('a breaker', () => {
  it('stays closed for fewer than five failures', () => {
    expect(stateAt(after(repeated('failed', 4)), 400)).toEqual({ state: 'closed' });
  });

  it('opens for five seconds after five failures', () => {
    const breaker = after(repeated('failed', 5));
    expect(stateAt(breaker, 400)).toEqual({ state: 'open', untilMs: startMs + 5_400, reason: 'failing' });
    expect(stateAt(breaker, 5_399)).toMatchObject({ state: 'open' });
    expect(stateAt(breaker, 5_400)).toEqual({ state: 'half_open', probing: false });
  });

  it('stays closed while most calls succeed', () => {
    const calls = Array.from({ length: 40 }, (_, index) => [index, index % 3 === 0 ? 'failed' : 'alive'] as const);
    expect(stateAt(after(calls), 40)).toEqual({ state: 'closed' });
  });

  it('forgets failures after half a minute', () => {
    expect(stateAt(after(repeated('failed', 8, 8_000)), 56_000)).toEqual({ state: 'closed' });
  });

  it('counts no call that says nothing of the deployment', () => {
    expect(stateAt(after([...repeated('silent', 20), ...repeated('failed', 4)]), 400)).toEqual({ state: 'closed' });
  });

  it('lets one probe through at a time, and another when the first is never heard of', () => {
    const probed = breakerBeforeCall(after(repeated('failed', 5)), startMs + 6_000);
    expect(stateAt(probed, 6_001)).toEqual({ state: 'half_open', probing: true });
    expect(stateAt(probed, 36_000)).toEqual({ state: 'half_open', probing: false });
  });

  it.each<[CallVerdict, object]>([
    ['alive', { state: 'recovering', share: 0.1 }],
    ['slow', { state: 'open', untilMs: startMs + 11_500, reason: 'slow' }],
    ['failed', { state: 'open', untilMs: startMs + 11_500 }],
    ['silent', { state: 'half_open', probing: false }],
  ])('after a probe that was %s is %j', (verdict, state) => {
    const probed = breakerBeforeCall(after(repeated('failed', 5)), startMs + 6_000);
    expect(stateAt(after([[6_500, verdict]], probed), 6_500)).toMatchObject(state);
  });

  it('opens after five failures in a row, however many calls succeeded before', () => {
    const calls = [
      ...repeated('alive', 40),
      ...repeated('failed', 5).map(([at, verdict]) => [4_000 + at, verdict] as const),
    ];
    expect(stateAt(after(calls), 4_400)).toMatchObject({ state: 'open' });
  });

  it('opens for answers that are far too late, and says so', () => {
    expect(stateAt(after(repeated('slow', 5)), 400)).toMatchObject({ state: 'open', reason: 'slow' });
  });

  describe('that recovers', () => {
    const probed = breakerBeforeCall(after(repeated('failed', 5)), startMs + 6_000);
    const recovering = after([[6_500, 'alive']], probed);

    it('gives traffic back over ten seconds, from a tenth on', () => {
      const shares = [6_500, 9_000, 11_500, 16_400].map((atMs) => stateAt(recovering, atMs));
      expect(shares).toMatchObject([{ share: 0.1 }, { share: 0.25 }, { share: 0.5 }, { share: 0.99 }]);
      expect(stateAt(recovering, 16_500)).toEqual({ state: 'closed' });
    });

    it('opens again at the second failure', () => {
      expect(stateAt(after([[7_000, 'failed']], recovering), 7_000)).toMatchObject({ state: 'recovering' });
      const twice = after(
        [
          [7_000, 'failed'],
          [7_100, 'failed'],
        ],
        recovering,
      );
      expect(stateAt(twice, 7_100)).toMatchObject({ state: 'open' });
    });

    it('hears nothing of calls that began before it', () => {
      const late = [7_000, 7_100, 7_200].reduce(
        (breaker, atMs) => breakerAfterCall(breaker, 'failed', startMs + atMs, startMs + 300),
        recovering,
      );
      expect(stateAt(late, 7_200)).toMatchObject({ state: 'recovering' });
    });

    it('starts anew once it has closed', () => {
      expect(stateAt(after([[16_600, 'failed']], recovering), 16_600)).toEqual({ state: 'closed' });
    });
  });

  it('is not closed by the late end of a call that began before the trouble', () => {
    expect(stateAt(after([...repeated('failed', 5), [500, 'alive']]), 500)).toMatchObject({ state: 'open' });
  });

  it('keeps a deployment whose key is refused out for a minute, at the first refusal', () => {
    const breaker = after([[0, 'refused_key']]);
    expect(stateAt(breaker, 59_999)).toEqual({ state: 'open', untilMs: startMs + 60_000, reason: 'key_refused' });
    expect(stateAt(breaker, 60_000)).toEqual({ state: 'half_open', probing: false });
  });
});
