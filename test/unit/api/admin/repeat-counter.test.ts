import { RepeatCounter } from '../../../../api/admin/repeat-counter.ts';

describe('the count of equal events', () => {
  it('lets so many a minute be recorded, and the next minute’s first say how many more there were', () => {
    const counter = new RepeatCounter(10);
    const seen = Array.from({ length: 14 }, (_, time) => counter.count('a', time));
    expect(seen).toEqual([...Array<number>(10).fill(0), ...Array<undefined>(4).fill(undefined)]);
    expect(counter.count('a', 60_000)).toBe(4);
    expect(counter.count('a', 60_001)).toBe(0);
  });

  it('tells callers and reasons apart', () => {
    const counter = new RepeatCounter(10);
    for (let time = 0; time < 11; time++) counter.count('a', time);
    expect(counter.count('a', 12)).toBeUndefined();
    expect(counter.count('b', 12)).toBe(0);
  });
});
