import { createPatternDetector } from '../../../../../domain/privacy/detectors/operator-pattern.ts';

describe("an operator's pattern", () => {
  it.each(['(a+)+$', '(a|aa)+$', '(a|a?)+b', '(.*a){12}b', '^(([a-z])+.)+[A-Z]$'])(
    'takes time in proportion to the text, also %s on a text made to hold it up',
    (pattern) => {
      const find = createPatternDetector(pattern, 'secret');
      const startedAt = performance.now();
      find(`${'a'.repeat(5_000)}!`);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    },
  );

  it('that is none is refused', () => {
    for (const pattern of ['(', '(?=a)', String.raw`(a)\1`]) {
      expect(() => createPatternDetector(pattern, 'secret')).toThrow(/error parsing regexp/);
    }
  });

  it('finds nothing where it matches nothing at all', () => {
    expect(createPatternDetector('x*', 'secret')('abc')).toEqual([]);
  });
});
