import { rewriteJsonText } from '../../../../domain/privacy/redact-json-text.ts';

describe('rewriting a JSON text in place', () => {
  it('keeps white space, order and the digits of large numbers', () => {
    const json = '{ "b" : 230103201307136614,\n "a": [1.50, "x"] }';
    expect(rewriteJsonText(json, ({ value }) => value)).toBe(json);
  });

  it('decodes escapes, and escapes what it writes', () => {
    expect(rewriteJsonText('{"n":"\\u5f20\\u654f"}', ({ value }) => (value === '张敏' ? '"P"\n' : value))).toBe(
      '{"n":"\\"P\\"\\n"}',
    );
  });

  it('tells the key that a value belongs to, through arrays', () => {
    const keys: unknown[] = [];
    rewriteJsonText('{"phone":["1","2"],"n":3,"o":{"q":"r"}}', (scalar) => {
      if (!scalar.isKey) keys.push([scalar.key, scalar.value]);
      return scalar.value;
    });
    expect(keys).toEqual([
      ['phone', '1'],
      ['phone', '2'],
      ['n', '3'],
      ['q', 'r'],
    ]);
  });

  it.each(['plain', '{broken', '12', '"text"'])('leaves %s to be read as text', (text) => {
    expect(rewriteJsonText(text, () => 'x')).toBeUndefined();
  });
});
