import { sharesOf, shiftTimes } from '../../../../bench/shift/shares.ts';

/** Ten requests a second for ten seconds, in hundreds of milliseconds, to whom the function says. */
const sent = (to: (atMs: number) => string) =>
  Array.from({ length: 100 }, (_, index) => ({ atMs: index * 100, deployment: to(index * 100) }));
const trouble = { fromMs: 2_000, untilMs: 5_000 };

function lostWith(probes: number[]): number | undefined {
  const requests = sent((atMs) => (atMs < 2_500 || atMs >= 5_000 || probes.includes(atMs) ? 'first' : 'second'));
  return shiftTimes(sharesOf('first', requests, 10_000), trouble, 10_000).lostAfterMs;
}

describe('the times of a shift', () => {
  it('are counted from the beginning and from the end of the trouble', () => {
    const requests = sent((atMs) => (atMs < 3_000 || atMs >= 6_500 ? 'first' : 'second'));
    const shares = sharesOf('first', requests, 10_000);
    expect(shares).toHaveLength(20);
    expect(shiftTimes(shares, trouble, 10_000)).toEqual({ lostAfterMs: 1_000, backAfterMs: 1_500 });
  });

  it('forgive a probe, but no second request within half a second', () => {
    expect(lostWith([4_000])).toBe(500);
    expect(lostWith([4_000, 4_100])).toBe(2_500);
  });

  it('are unknown where it did not happen', () => {
    const always = sharesOf(
      'first',
      sent(() => 'first'),
      10_000,
    );
    expect(shiftTimes(always, trouble, 10_000)).toMatchObject({ lostAfterMs: undefined });
    const never = sharesOf(
      'first',
      sent(() => 'second'),
      10_000,
    );
    expect(shiftTimes(never, trouble, 10_000)).toMatchObject({ backAfterMs: undefined });
  });
});
