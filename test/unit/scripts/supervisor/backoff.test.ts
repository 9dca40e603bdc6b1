import { restartDelayMs } from '../../../../scripts/supervisor/backoff.mjs';

describe('the wait before a restart', () => {
  it('is nothing at first, then grows to ten seconds and stays there', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 100].map(restartDelayMs);
    expect(delays).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});
