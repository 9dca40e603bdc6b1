import { span, type Span } from '../span.ts';

const localChar = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const domain =
  /^(?:(?:[a-z0-9\u00df-\u024f](?:[a-z0-9\u00df-\u024f-]{0,61}[a-z0-9\u00df-\u024f])?\.){1,8}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,40})(?![a-z0-9-])|(?:[\u4e00-\u9fff]{1,20}\.){1,3}(?:中国|公司|网络|网址|集团|cn|com))/iu;

/** Addresses of RFC 5321 form, found from their `@` outwards, so that a long run without one costs nothing. */
export function detectEmail(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const host = domain.exec(text.slice(at + 1, at + 256));
    if (host === null) continue;
    let start = at;
    while (start > 0 && at - start < 64 && isLocal(text.charAt(start - 1))) start -= 1;
    while (start < at && ".'/=?{|}&*!".includes(text.charAt(start))) start += 1;
    if (start < at) spans.push(span('email', start, at + 1 + host[0].length, 'verified'));
  }
  return spans;
}

/** Letters of any script but Han, whose words stand right before an address without a space. */
function isLocal(char: string): boolean {
  return localChar.test(char) && !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(char);
}
