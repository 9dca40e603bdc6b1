import { isIP } from 'node:net';
import { span, type Span } from '../span.ts';
import { matchesOf } from './matches.ts';

const v4 = /\d(?<![\w.].)\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w]|\.\d)/gu;
const v6 =
  /[0-9a-f:](?<![\w:.].)(?=[0-9a-f]{0,3}:)[0-9a-f:]{1,38}(?:%\w{1,15})?(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})?(?![\w:])/giu;
const version =
  /(?:\b(?:version|release|build|firmware|update|upgrade|patch|driver|app)(?:d? to)?|版本号?|固件|升级?[到至]|更新[到至]?|退回)[ :：v]{0,3}$/iu;

/** IPv4 and IPv6 addresses, judged by Node's own parser. Loopback and unspecified ones name no one. */
export function detectIp(text: string): Span[] {
  const spans: Span[] = [];
  const present = [...(/\d\.\d/u.test(text) ? [v4] : []), ...(/:[0-9a-f]{0,4}:/iu.test(text) ? [v6] : [])];
  for (const expression of present) {
    for (const { 0: found, index } of matchesOf(text, expression)) {
      if (isIP(found) === 0 || /^(?:127\.|0\.0\.0\.0|255\.255|::1?$)/u.test(found)) continue;
      if (version.test(text.slice(Math.max(0, index - 12), index))) continue;
      spans.push(span('ip', index, index + found.length, 'verified'));
    }
  }
  return spans;
}
