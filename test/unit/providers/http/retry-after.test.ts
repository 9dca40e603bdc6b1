import { durationMs, retryAfterMs } from '../../../../providers/http/retry-after.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

it.each([
  [{ 'retry-after': '120' }, 120_000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': ' 3 ' }, 3000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after-ms': '250' }, 250],
  [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2000],
])('reads %j as %i ms', (headers, wait) => {
  expect(retryAfterMs(headers, now)).toBe(wait);
});

it('never asks for more than an hour', () => {
  expect(retryAfterMs({ 'retry-after': '86400' }, now)).toBe(3_600_000);
});

it.each([{}, { 'retry-after': '-5' }, { 'retry-after': 'later' }, { 'retry-after': '1e9' }, { 'retry-after': '' }])(
  'makes nothing of %j',
  (headers) => {
    expect(retryAfterMs(headers, now)).toBeUndefined();
  },
);

it.each([
  ['34s', 34_000],
  ['2.5s', 2500],
  ['0.000000123s', 1],
  ['34', undefined],
  ['forevers', undefined],
])('reads the duration %s as %s ms', (duration, wait) => {
  expect(durationMs(duration)).toBe(wait);
});
