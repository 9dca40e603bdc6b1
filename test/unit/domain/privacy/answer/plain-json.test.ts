import { createAnswerText } from '../../../../../domain/privacy/answer/answer-text.ts';
import { PlainJson } from '../../../../../domain/privacy/answer/plain-json.ts';
import { createTermMatcher } from '../../../../../domain/privacy/sensitive-terms.ts';

const cases = [
  String.raw`{"a": "\u827e\u6ecb\u75c5", "b": "x\ny \" \\ \/"}`,
  String.raw`{"a": "\\u827e \\\u827e", "emoji": "\ud83d\ude00"}`,
  String.raw`{"control": "\u0000\u001f", "ascii": "\u0041\u0022"}`,
  String.raw`{"lone": "\ud83d", "broken": "\u82`,
  'nothing to do',
  '\\',
];

function plain(text: string, size: number): string {
  const json = new PlainJson();
  let out = '';
  for (let at = 0; at < text.length; at += size) out += json.push(text.slice(at, at + size));
  return out + json.end();
}

describe('writing escaped letters plain', () => {
  it.each(cases)('gives the same however %s is cut', (text) => {
    const whole = plain(text, text.length);
    for (let size = 1; size < text.length; size += 1) expect(plain(text, size)).toBe(whole);
  });

  it.each(cases.slice(0, 3))('keeps what %s means', (text) => {
    expect(JSON.parse(plain(text, 1))).toEqual(JSON.parse(text));
  });

  it('writes letters, and leaves ASCII and escaped backslashes alone', () => {
    expect(plain(String.raw`\u827e \u0022 \\u827e`, 1)).toBe(String.raw`艾 \u0022 \\u827e`);
  });

  it('lets filters find words in the arguments of a tool call', () => {
    const terms = createTermMatcher([{ name: 'hiv', terms: ['艾滋病'], action: 'mask' }]);
    const lane = createAnswerText({ placeholders: {}, terms }).lane('json');
    const pieces = String.raw`{"found": "\u827e\u6ecb\u75c5"}`.match(/.{1,5}/gu) ?? [];
    const shown = pieces.map((piece) => lane.push(piece).text).join('') + lane.end().text;
    expect(shown).toBe('{"found": "[REDACTED]"}');
  });
});
