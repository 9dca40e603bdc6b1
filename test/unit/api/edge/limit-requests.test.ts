import { durationText } from '../../../../api/edge/limit-requests.ts';

describe('a duration', () => {
  it.each([
    [0, '0ms'],
    [19.2, '20ms'],
    [1000, '1s'],
    [1490, '1.5s'],
    [59_999, '1m0s'],
    [360_000, '6m0s'],
    [61_250, '1m1.3s'],
  ])('of %d ms is written %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
