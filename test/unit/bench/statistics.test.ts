import { addedTo, quantile, summarize } from '../../../bench/statistics.ts';

describe('quantile', () => {
  it('interpolates linearly between the nearest values, as NumPy does by default', () => {
    // numpy.quantile([15, 20, 35, 40, 50], [0, 0.05, 0.3, 0.4, 0.5, 0.99, 1])
    const values = [35, 15, 50, 20, 40];
    const expected = [15, 16, 23, 29, 35, 49.6, 50];
    const found = [0, 0.05, 0.3, 0.4, 0.5, 0.99, 1].map((q) => quantile(values, q));
    found.forEach((value, index) => expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 10));
  });

  it('orders by size, not as text, and leaves the values as they were', () => {
    const values = [100, 9, 20];
    expect(quantile(values, 0.5)).toBe(20);
    expect(values).toEqual([100, 9, 20]);
  });

  it('gives a single value for every q', () => {
    expect([0, 0.5, 0.99, 1].map((q) => quantile([7], q))).toEqual([7, 7, 7, 7]);
  });

  it('refuses an empty set and a q outside 0 to 1', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
    expect(() => quantile([1], 1.01)).toThrow(RangeError);
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });
});

describe('summarize and addedTo', () => {
  it('take the three percentiles, and their differences from a baseline', () => {
    const oneToHundred = Array.from({ length: 101 }, (_, index) => index);
    const baseline = summarize(oneToHundred);
    expect(baseline).toEqual({ count: 101, p50Ms: 50, p95Ms: 95, p99Ms: 99 });
    const twice = summarize(oneToHundred.map((value) => value * 2));
    expect(addedTo(baseline, twice)).toEqual({ count: 101, p50Ms: 50, p95Ms: 95, p99Ms: 99 });
  });
});
