import {
  highTailAt,
  lowTailAt,
  meanAt,
  type MovingAverage,
  withValue,
} from '../../../../domain/routing/moving-average.ts';

const startMs = 1_700_000_000_000;
const everyMs = 100;

/** The average after these values, one each tenth of a second, and the time of the last one. */
function averageOf(values: readonly number[]): { average: MovingAverage; nowMs: number } {
  const [first = 0, ...rest] = values;
  const begun = withValue(undefined, first, startMs);
  const average = rest.reduce((sum, value, index) => withValue(sum, value, startMs + (index + 1) * everyMs), begun);
  return { average, nowMs: startMs + rest.length * everyMs };
}

describe('a moving average', () => {
  it('has no tail while all values are alike', () => {
    const { average, nowMs } = averageOf([200, 200, 200, 200]);
    expect([meanAt(average, nowMs), highTailAt(average, nowMs), lowTailAt(average, nowMs)]).toEqual([200, 200, 200]);
  });

  it('follows a change within a dozen values', () => {
    const { average, nowMs } = averageOf([...Array<number>(50).fill(200), ...Array<number>(12).fill(2_000)]);
    expect(meanAt(average, nowMs)).toBeGreaterThan(1_800);
  });

  it('forgets a change nobody measures any more', () => {
    const { average, nowMs } = averageOf([...Array<number>(200).fill(200), ...Array<number>(5).fill(2_000)]);
    expect(meanAt(average, nowMs)).toBeGreaterThan(1_400);
    expect(meanAt(average, nowMs + 60_000)).toBeLessThan(450);
  });

  it('does not take a slow first value for what is usual', () => {
    const { average, nowMs } = averageOf([5_000, ...Array<number>(20).fill(100)]);
    expect(meanAt(average, nowMs + 600_000)).toBeLessThan(400);
  });

  it('says of unsteady values that the tail is worse than the mean, never below a tenth of it', () => {
    const { average, nowMs } = averageOf([10, 1_000, 10, 1_000, 10, 1_000]);
    const mean = meanAt(average, nowMs);
    expect(highTailAt(average, nowMs)).toBeGreaterThan(mean * 1.5);
    expect(lowTailAt(average, nowMs)).toBeGreaterThanOrEqual(mean / 10);
    expect(lowTailAt(average, nowMs)).toBeLessThan(mean);
  });
});
