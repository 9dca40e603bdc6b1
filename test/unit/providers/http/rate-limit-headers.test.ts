import { quotaFrom } from '../../../../providers/http/rate-limit-headers.ts';

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

describe("what a provider's headers say of its limits", () => {
  it.each<[string, Record<string, string>, object | undefined]>([
    ['nothing', { 'content-type': 'application/json' }, undefined],
    [
      "OpenAI's headers",
      {
        'x-ratelimit-remaining-requests': '59',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-tokens': '149984',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      { requests: { remaining: 59, resetMs: 1_000 }, tokens: { remaining: 149_984, resetMs: 360_000 } },
    ],
    [
      "Anthropic's headers",
      {
        'anthropic-ratelimit-requests-remaining': '0',
        'anthropic-ratelimit-requests-reset': '2026-01-02T03:04:35Z',
      },
      { requests: { remaining: 0, resetMs: 30_000 } },
    ],
    [
      'milliseconds',
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m30s250ms' },
      { requests: { remaining: 0, resetMs: 90_250 } },
    ],
    [
      'plain seconds',
      { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '12' },
      { requests: { remaining: 3, resetMs: 12_000 } },
    ],
    [
      'an instant in Unix seconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(nowMs / 1000 + 7) },
      { requests: { remaining: 0, resetMs: 7_000 } },
    ],
    [
      'an instant in Unix milliseconds',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(nowMs + 800) },
      { requests: { remaining: 0, resetMs: 800 } },
    ],
    ['no reset', { 'x-ratelimit-remaining-requests': '0' }, { requests: { remaining: 0, resetMs: 1_000 } }],
    [
      'a reset that makes no sense, within its bound',
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '900h' },
      { requests: { remaining: 0, resetMs: 3_600_000 } },
    ],
    ['a word where a number should be', { 'x-ratelimit-remaining-requests': 'many' }, undefined],
  ])('is read from %s', (_what, headers, quota) => {
    expect(quotaFrom(headers, nowMs)).toEqual(quota);
  });
});
