import { estimateTokens } from '../../../domain/estimate-tokens.ts';

it('estimates a token for four characters, and for each Chinese, Japanese or Korean one', () => {
  expect(estimateTokens('abcde')).toBe(2);
  expect(estimateTokens('你好')).toBe(2);
  expect(estimateTokens('你好 abc')).toBe(3);
  expect(estimateTokens('')).toBe(0);
});
