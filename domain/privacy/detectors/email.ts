import { span, type Span } from '../span.ts';

const localChar = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}(?![a-z0-9-])/iu;

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
