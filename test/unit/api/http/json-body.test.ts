import { parseJson } from '../../../../api/http/json-body.ts';
import { jsonLimits } from '../../../../api/http/json-scan.ts';
import { GatewayError } from '../../../../domain/errors.ts';

function refusalOf(json: string | Uint8Array): { message: string; param?: string | undefined } {
  try {
    parseJson(Buffer.from(json));
  } catch (error) {
    if (error instanceof GatewayError) return { message: error.message, param: error.info.param };
    throw error;
  }
  return { message: 'taken' };
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('parseJson', () => {
  it('takes what JSON.parse takes', () => {
    for (const json of [
      '{"a":[1,-2.5e3,null,true,"ü😀"]}',
      ' [ ] ',
      '"\\ud83d\\ude00"',
      '"\\\\ud83d"',
      '{"a{[":"}]\\""}',
    ]) {
      expect(parseJson(Buffer.from(json))).toEqual(JSON.parse(json));
    }
  });

  it('takes a body with a byte order mark', () => {
    expect(parseJson(Buffer.from('\u{feff}{"a":1}'))).toEqual({ a: 1 });
  });

  it('says where JSON breaks without quoting it', () => {
    const { message } = refusalOf('{"prompt": canary}');
    expect(message).toMatch(/^The body is not valid JSON/);
    expect(message).not.toContain('canary');
  });

  it('takes the deepest body allowed and refuses one level more', () => {
    expect(refusalOf(nested(jsonLimits.depth)).message).toBe('taken');
    expect(refusalOf(nested(jsonLimits.depth + 1)).message).toContain('nested deeper than 100 levels');
  });

  it('does not count brackets and commas inside of text', () => {
    for (const text of [
      '['.repeat(1000),
      ','.repeat(300_000),
      `\\"${'{'.repeat(1000)}`,
      `\\\\\\"${'['.repeat(1000)}`,
    ]) {
      expect(refusalOf(`{"a":"${text}"}`).message).toBe('taken');
    }
    expect(refusalOf(`{"a":"\\\\",${'"b":['.repeat(1)}${'['.repeat(1000)}`).message).toContain('nested deeper');
  });

  it('refuses half of a surrogate pair in any text or key, and names the place', () => {
    expect(refusalOf('{"a":[{"b":"x\\ud800"}]}')).toEqual({
      message: 'A text holds half of a surrogate pair.',
      param: 'a[0].b',
    });
    expect(refusalOf('{"a":{"\\udc00":1}}').param).toBe('a');
    expect(refusalOf('"\\udc00\\ud800"').message).toContain('surrogate');
  });

  it('refuses a key named __proto__ at any depth, also an escaped one', () => {
    expect(refusalOf('{"a":[{"__proto__":{}}]}').param).toBe('a[0]');
    expect(refusalOf('{"\\u005f_proto__":1}').message).toContain('__proto__');
  });

  it('refuses bytes that are not UTF-8, overlong and surrogate forms included', () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80]]) {
      expect(refusalOf(Buffer.from([0x22, ...bytes, 0x22])).message).toBe('The body is not valid UTF-8.');
    }
  });
});
