import { createTermMatcher, type TermCategory, type TermFilter } from '../../../../domain/privacy/sensitive-terms.ts';
import { medicalTerms } from '../../../../domain/privacy/shipped-terms.ts';

const shipped = (names: string[], action: TermCategory['action']): TermCategory[] =>
  medicalTerms.flatMap(({ category, terms }) =>
    names.includes(category) ? [{ name: category.replace('medical/', ''), terms, action }] : [],
  );
const masking = createTermMatcher(shipped(['medical/hiv', 'medical/psychiatric'], 'mask'));
const stopping = createTermMatcher(shipped(['medical/hiv'], 'stop'));

function filterAt(filter: TermFilter, text: string, size: number): { text: string; stopped?: string | undefined } {
  let out = '';
  for (let at = 0; at < text.length; at += size) out += filter.push(text.slice(at, at + size)).text;
  const rest = filter.end();
  return { text: out + rest.text, stopped: rest.stopped };
}

describe('sensitive terms', () => {
  it.each([1, 2, 3, 7, 100])('masks the longest term in pieces of %i units', (size) => {
    expect(filterAt(masking.stream(), '患者艾滋病史，Depression noted.', size).text).toBe(
      '患者[REDACTED]史，[REDACTED] noted.',
    );
  });

  it.each([1, 4, 100])('matches Latin terms only as whole words, in pieces of %i units', (size) => {
    const text = 'The HIVE maids AIDS-like aids depressions.';
    expect(filterAt(masking.stream(), text, size).text).toBe('The HIVE maids [REDACTED]-like [REDACTED] depressions.');
  });

  it('matches letters of full width', () => {
    expect(filterAt(masking.stream(), '结果：ＨＩＶ。', 2).text).toBe('结果：[REDACTED]。');
  });

  it('ends the stream at the first term that asks for it and says its category only', () => {
    expect(filterAt(stopping.stream(), '结果：艾滋病阳性，后面', 3)).toEqual({ text: '结果：', stopped: 'hiv' });
  });

  it('names the categories of a text', () => {
    expect(masking.categoriesIn('无抑郁症，HIV阳性')).toEqual(['psychiatric', 'hiv']);
    expect(masking.categoriesIn('感冒')).toEqual([]);
  });
});
